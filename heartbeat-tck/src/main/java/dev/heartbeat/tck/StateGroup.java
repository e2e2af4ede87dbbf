package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.Version;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

abstract class StateGroup extends KitGroup {
    private static final StateKey MAIL = new StateKey("breaker", "mail");

    StateGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void cellsThatDoNotExistAreNotRead() {
        assertThat(store().read(List.of(MAIL), LIMIT)).isEmpty();
        assertThat(store().read(List.of(), LIMIT)).isEmpty();
        assertThat(store().compareAndSet(List.of(), LIMIT)).isEmpty();
    }

    @Test
    void noneMakesACell() {
        assertThat(set(MAIL, Version.NONE, "open")).isEmpty();

        assertThat(cell(MAIL).value()).isEqualTo(Map.of("state", "open"));
        assertThat(set(MAIL, Version.NONE, "closed")).containsExactly(MAIL);
        assertThat(cell(MAIL).value()).isEqualTo(Map.of("state", "open"));
    }

    @Test
    void onlyTheExpectedVersionIsWritten() {
        set(MAIL, Version.NONE, "open");
        Version first = cell(MAIL).version();
        assertThat(set(MAIL, first, "half-open")).isEmpty();
        Version second = cell(MAIL).version();

        assertThat(second).isNotEqualTo(first);
        assertThat(set(MAIL, Version.ANY, "closed")).as("for schedules alone").containsExactly(MAIL);
        assertThat(set(MAIL, first, "closed")).containsExactly(MAIL);
        assertThat(cell(MAIL)).isEqualTo(new StateCell(MAIL, second, Map.of("state", "half-open")));
        assertThat(set(new StateKey("breaker", "nobody"), second, "open"))
                .containsExactly(new StateKey("breaker", "nobody"));
    }

    @Test
    void aWriteReplacesTheWholeValue() {
        assertThat(store().compareAndSet(List.of(new StateCell(MAIL, Version.NONE, Map.of("a", 1, "b", 2))), LIMIT))
                .isEmpty();

        assertThat(store().compareAndSet(List.of(new StateCell(MAIL, cell(MAIL).version(), Map.of("b", 3))), LIMIT))
                .isEmpty();

        assertThat(cell(MAIL).value()).isEqualTo(Map.of("b", 3L));
    }

    @Test
    void eachCellIsWrittenByItself() {
        StateKey fresh = new StateKey("queue", "mail");
        StateKey stale = new StateKey("queue", "browser");
        set(MAIL, Version.NONE, "open");
        set(stale, Version.NONE, "paused");

        List<StateKey> lost = store().compareAndSet(
                        List.of(
                                new StateCell(stale, Version.NONE, Map.of("state", "lost")),
                                new StateCell(fresh, Version.NONE, Map.of("state", "new")),
                                new StateCell(MAIL, cell(MAIL).version(), Map.of("state", "closed"))),
                        LIMIT);

        assertThat(lost).containsExactly(stale);
        assertThat(store().read(List.of(MAIL, fresh, stale, new StateKey("queue", "none")), LIMIT))
                .extracting(cell -> cell.key().kind() + "/" + cell.key().name() + " "
                        + cell.value().get("state"))
                .containsExactlyInAnyOrder("breaker/mail closed", "queue/mail new", "queue/browser paused");
    }

    @Test
    void anyTextMayBeAName() {
        List<StateKey> keys = List.of(
                new StateKey("a", "b/c"),
                new StateKey("a/b", "c"),
                new StateKey("a", "b:c"),
                new StateKey("a:b", "c"),
                new StateKey("a", "b-c"),
                new StateKey("a-b", "c"),
                new StateKey("a", "b_c"),
                new StateKey("a", "B"),
                new StateKey("a", "b"),
                new StateKey("a", "."),
                new StateKey("a", ".."),
                new StateKey("a", "__b__"),
                new StateKey("a", "https://example.org/ä?q=1#x"));
        for (StateKey key : keys) {
            assertThat(set(key, Version.NONE, key.toString())).as("%s", key).isEmpty();
        }

        List<StateCell> cells = store().read(keys, LIMIT);

        assertThat(cells).extracting(StateCell::key).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(cells)
                .allSatisfy(cell -> assertThat(cell.value().get("state"))
                        .isEqualTo(cell.key().toString()));
    }

    private List<StateKey> set(StateKey key, Version expected, String state) {
        return store().compareAndSet(List.of(new StateCell(key, expected, Map.of("state", state))), LIMIT);
    }

    private StateCell cell(StateKey key) {
        List<StateCell> cells = store().read(List.of(key), LIMIT);
        assertThat(cells).as("cells of %s", key).hasSize(1);
        return cells.get(0);
    }
}
