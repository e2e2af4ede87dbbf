package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

abstract class ValueGroup extends KitGroup {
    ValueGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void paramsOfEveryTypeSurvive() {
        create(Sample.hourly("mail").toBuilder().params(everyType()).build(), LastRun.MISSING, ScheduleState.NEW);

        assertThat(read("mail").schedule().params().asMap()).isEqualTo(everyType());
        assertThat(findAll(now().plus(Sample.HOUR), 10)
                        .get(0)
                        .schedule()
                        .params()
                        .asMap())
                .isEqualTo(everyType());
    }

    @Test
    void paramsWrittenByHandSurvive() {
        putDocument("mail", fields("params", everyType()));

        assertThat(read("mail").schedule().params().asMap()).isEqualTo(everyType());
        assertThat(document("mail").get("params")).isEqualTo(everyType());
    }

    @Test
    void resultsOfEveryTypeSurvive() {
        ClaimRequest claim = createClaimed("mail");

        assertThat(record(Sample.executed(claim, now(), everyType()))).isEmpty();

        assertThat(read("mail").lastResult()).isEqualTo(everyType());
        assertThat(ledger("mail").get(0).result()).isEqualTo(everyType());
    }

    @Test
    void anEmptyResultIsNotNoResult() {
        ClaimRequest claim = createClaimed("mail");

        assertThat(record(Sample.executed(claim, now(), Map.of()))).isEmpty();

        assertThat(read("mail").lastResult()).isEqualTo(Map.of());
        assertThat(ledger("mail").get(0).result()).isEmpty();
    }

    @Test
    void stateCellsOfEveryTypeSurvive() {
        StateKey key = new StateKey("kind", "name");

        assertThat(store().compareAndSet(List.of(new StateCell(key, Version.NONE, everyType())), LIMIT))
                .isEmpty();

        assertThat(store().read(List.of(key), LIMIT).get(0).value()).isEqualTo(everyType());
    }

    @Test
    void ledgerEntriesSurviveWithAllTheirFields() {
        ClaimRequest claim = request(createDue("mail"));
        RunRecord full = new RunRecord(
                "mail",
                claim.fire().key(),
                "task: ä",
                "browser",
                Outcome.TIMED_OUT,
                "reason",
                now().minusSeconds(30),
                now().minusSeconds(300),
                10_000,
                false,
                3,
                claim.token(),
                "pulse-17",
                now().minusSeconds(20),
                now(),
                "line one\nline two \u2665",
                Map.of());

        store().appendRuns(List.of(full), LIMIT);

        assertThat(ledger("mail")).containsExactly(full);
    }

    @Test
    void instantsOfTheStateKeepTheirMicroseconds() {
        Instant cursor = lastHour().minus(Sample.HOUR).plusNanos(123_456_000);
        Instant wrote = lastHour().minusMillis(1);
        Backfill backfill = new Backfill(cursor.plusNanos(1_000), wrote, cursor.plusNanos(2_000), "ann: ä");
        ScheduleState state = new ScheduleState(cursor, wrote, "any text", null, 7, backfill);

        assertThat(create(Sample.hourly("mail"), LastRun.at(wrote), state).state())
                .isEqualTo(state);
    }

    @Test
    void whatWasHandedInMayBeChangedAfterwards() {
        ClaimRequest claim = createClaimed("mail");
        Map<String, @Nullable Object> result = mutable(everyType());
        assertThat(record(Sample.executed(claim, now(), result))).isEmpty();
        StateKey key = new StateKey("kind", "name");
        Map<String, @Nullable Object> value = mutable(everyType());
        assertThat(store().compareAndSet(List.of(new StateCell(key, Version.NONE, value)), LIMIT))
                .isEmpty();
        Map<String, @Nullable Object> document = new LinkedHashMap<>(fields("params", mutable(everyType())));
        putDocument("by-hand", document);

        spoil(result);
        spoil(value);
        spoil(map(document.get("params")));
        document.put("enabled", "broken");

        assertThat(read("mail").lastResult()).isEqualTo(everyType());
        assertThat(ledger("mail").get(0).result()).isEqualTo(everyType());
        assertThat(store().read(List.of(key), LIMIT).get(0).value()).isEqualTo(everyType());
        assertThat(read("by-hand").schedule().params().asMap()).isEqualTo(everyType());
    }

    @Test
    void whatWasHandedOutDoesNotLeadBackIntoTheStore() {
        ClaimRequest claim = createClaimed("mail");
        RecordRequest record = Sample.executed(claim, now(), everyType());
        assertThat(record(record)).isEmpty();
        StateKey key = new StateKey("kind", "name");
        assertThat(store().compareAndSet(List.of(new StateCell(key, Version.NONE, everyType())), LIMIT))
                .isEmpty();

        StoredSchedule seen = read("mail");
        trySpoil(Objects.requireNonNull(seen.lastResult()));
        trySpoil(ledger("mail").get(0).result());
        trySpoil(store().read(List.of(key), LIMIT).get(0).value());

        assertThat(read("mail").lastResult()).isEqualTo(everyType());
        assertThat(ledger("mail").get(0).result()).isEqualTo(everyType());
        assertThat(store().read(List.of(key), LIMIT).get(0).value()).isEqualTo(everyType());
    }

    private static Map<String, @Nullable Object> everyType() {
        Map<String, @Nullable Object> nested = new LinkedHashMap<>();
        nested.put("deep", Map.of("deeper", List.of(1L, Map.of("x", 2.5))));
        nested.put("null", null);
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("text", "ä \u2665 \"quoted\"\n");
        values.put("empty text", "");
        values.put("looks like an instant", "2026-02-15T12:00:00Z");
        values.put("whole", 9_007_199_254_740_993L);
        values.put("smallest", Long.MIN_VALUE);
        values.put("number", 0.1);
        values.put("whole as a number", 5.0);
        values.put("huge", 1e300);
        values.put("flag", true);
        values.put("instant", Instant.parse("2026-02-15T12:00:00.123456Z"));
        values.put("early", Instant.parse("1969-12-31T23:59:59.999999Z"));
        values.put("null", null);
        values.put("list", Arrays.asList("a", 1L, 2.5, false, null, Instant.EPOCH, Map.of()));
        values.put("empty list", List.of());
        values.put("map", nested);
        values.put("empty map", Map.of());
        values.put("key.with.dots", 1L);
        values.put("`key` with/others", Map.of("a.b", 1L));
        return values;
    }

    /** A deep copy in which everything can be changed. */
    private static Map<String, @Nullable Object> mutable(Map<String, @Nullable Object> values) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        values.forEach((key, value) -> copy.put(
                key,
                value instanceof Map<?, ?>
                        ? mutable(map(value))
                        : value instanceof List<?> list ? new ArrayList<>(list) : value));
        return copy;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> map(@Nullable Object value) {
        return (Map<String, @Nullable Object>) Objects.requireNonNull(value);
    }

    private static void spoil(Map<String, @Nullable Object> values) {
        map(values.get("map")).put("deep", "spoilt");
        ((List<?>) Objects.requireNonNull(values.get("list"))).clear();
        values.put("text", "spoilt");
    }

    /** Values may be unmodifiable or copies. */
    private static void trySpoil(Map<String, @Nullable Object> values) {
        try {
            values.put("text", "spoilt");
            spoil(values);
        } catch (UnsupportedOperationException e) {
            trySpoilNested(values);
        }
    }

    private static void trySpoilNested(Map<String, @Nullable Object> values) {
        try {
            map(values.get("map")).put("deep", "spoilt");
        } catch (UnsupportedOperationException e) {
            assertThat(values).as("unmodifiable").isNotEmpty();
        }
    }
}
