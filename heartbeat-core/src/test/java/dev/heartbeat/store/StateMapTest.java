package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Values;
import dev.heartbeat.store.PendingFire.State;
import dev.heartbeat.task.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateMapTest {
    private static final FireSeries PAUSED =
            new FireSeries(Outcome.SKIPPED, "paused", 3, true, at("05:00"), at("07:00"));
    private static final FireSeries MANY =
            new FireSeries(Outcome.MISSED, "coalesced", 10_000, false, at("07:00:01"), at("08:59:59"));

    @ParameterizedTest
    @EnumSource(State.class)
    void aStateReadsBackEqualWithItsPendingFireAndItsSeries(State is) {
        ScheduleState state = new ScheduleState(
                at("09:00"), at("09:00:01.123"), "rule", GivenDocument.fire(is, "09:00", 2, "09:05", PAUSED, MANY), 4);

        assertThat(readBack(state)).isEqualTo(state);
    }

    @Test
    void aStateReadsBackEqualWithoutAnything() {
        assertThat(readBack(ScheduleState.NEW)).isEqualTo(ScheduleState.NEW);
        ScheduleState waiting = ScheduleState.startingAt(at("08:00"), "rule");
        assertThat(readBack(waiting)).isEqualTo(waiting);
    }

    @Test
    void aForcedFireAndTheWishToCancelReadBack() {
        PendingFire forced = new PendingFire(
                "force-7", at("09:01:02.5"), true, 1, State.WAITING, null, null, at("09:05"), List.of(), true);
        ScheduleState state = ScheduleState.NEW.withPending(forced);

        assertThat(readBack(state)).isEqualTo(state);
    }

    @Test
    void aBackfillReadsBackAlsoWhenItIsOver() {
        Backfill backfill = new Backfill(at("05:00"), at("08:00"), at("06:00"), "ann");
        PendingFire waiting = new PendingFire(
                "k",
                at("05:00"),
                false,
                true,
                1,
                State.WAITING,
                null,
                null,
                at("09:05"),
                List.of(),
                false,
                null,
                null,
                null);

        for (Backfill each : List.of(backfill, backfill.withNext(null))) {
            ScheduleState state = ScheduleState.NEW.withPending(waiting).withBackfill(each);
            assertThat(readBack(state)).isEqualTo(state);
        }
    }

    @Test
    void theMapHoldsOnlyValuesThatEveryStoreKeeps() {
        Map<String, Object> map = ScheduleDocument.heartbeat(new ScheduleState(
                at("09:00"),
                at("09:00"),
                "rule",
                GivenDocument.fire(State.CLAIMED, "09:00", 2, "09:05", PAUSED),
                4,
                new Backfill(at("05:00"), at("08:00"), null, "ann")));

        assertThat(Values.copyOf(map, "heartbeat")).isEqualTo(map);
        assertThat(map).containsKeys("cursor", "wrote", "rule", "pending", "failures", "backfill");
    }

    @Test
    void instantsMayComeBackAsTextFromJson() {
        Map<String, Object> pending = new HashMap<>(Map.of(
                "key", "k",
                "fireTime", "2026-02-15T09:00:00Z",
                "starts", 1,
                "state", "waiting",
                "until", "2026-02-15T09:05:00Z"));
        ScheduleState state = read(Map.of("cursor", "2026-02-15T09:00:00Z", "failures", 1, "pending", pending));

        assertThat(state.cursor()).isEqualTo(at("09:00"));
        assertThat(state.failures()).isEqualTo(1);
        assertThat(state.pending())
                .isEqualTo(new PendingFire(
                        "k", at("09:00"), false, 1, State.WAITING, null, null, at("09:05"), List.of(), false));
    }

    @Test
    void aNegativeCountIsTakenAsZero() {
        assertThat(read(Map.of("failures", -3L)).failures()).isZero();
    }

    private static ScheduleState readBack(ScheduleState state) {
        return read(ScheduleDocument.heartbeat(state));
    }

    private static ScheduleState read(Map<String, ?> heartbeat) {
        return ScheduleDocument.read(
                        GivenDocument.ID,
                        Map.of("enabled", true, "cron", "@daily", "task", "t", "heartbeat", heartbeat))
                .state();
    }
}
