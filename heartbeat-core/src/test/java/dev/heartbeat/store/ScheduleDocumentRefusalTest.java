package dev.heartbeat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.heartbeat.schedule.InvalidScheduleException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleDocumentRefusalTest {
    static Stream<Arguments> wrongFields() {
        return Stream.of(
                arguments("enabled", "true", "is 'true' (String)", "true or false"),
                arguments("enabled", 1L, "is '1' (Long)", "true or false"),
                arguments("enabled", null, "is null", "true or false"),
                arguments("cron", 5L, "is '5' (Long)", "text"),
                arguments("cron", null, "is null", "text"),
                arguments("cron", "61 * * * *", "\"61", "0-59"),
                arguments("task", 5L, "is '5' (Long)", "text"),
                arguments("task", null, "is null", "text"),
                arguments("task", " ", "task of schedule 'x' ' '", "1 to 200 characters"),
                arguments("timeZone", 5L, "is '5' (Long)", "text"),
                arguments("timeZone", "Mars/Olympus", "is 'Mars/Olympus' (String)", "America/New_York"),
                arguments("dstPolicy", "summer", "is 'summer' (String)", "one of [vixie, wall, shift]"),
                arguments("dstPolicy", true, "is 'true' (Boolean)", "text"),
                arguments("priority", "urgent", "is 'urgent' (String)", "one of [critical, high, normal, low]"),
                arguments("priority", 1L, "is '1' (Long)", "text"),
                arguments("queue", 5L, "is '5' (Long)", "text"),
                arguments("queue", "", "queue of schedule 'x' ''", "1 to 200 characters"),
                arguments("circuit", 5L, "is '5' (Long)", "text"),
                arguments("circuit", "", "circuit of schedule 'x' ''", "1 to 200 characters"),
                arguments(
                        "timeout", "soon", "is 'soon' (String)", "ISO-8601 text such as PT30S, or a number of seconds"),
                arguments("timeout", true, "is 'true' (Boolean)", "a number of seconds"),
                arguments("timeout", 0L, "timeout PT0S", "more than zero, at most PT168H"),
                arguments("timeout", -5L, "timeout PT-5S", "more than zero, at most PT168H"),
                arguments("timeout", "PT169H", "timeout PT169H", "more than zero, at most PT168H"),
                arguments("retry", 3L, "is a number", "a map"),
                arguments("retry", Map.of("maxAttempts", "3"), "'maxAttempts' is '3' (String)", "a whole number"),
                arguments("retry", Map.of("maxAttempts", 2.5), "'maxAttempts' is '2.5' (Double)", "a whole number"),
                arguments("retry", Map.of("maxAttempts", 0L), "maxAttempts is 0", "1 to 100"),
                arguments("retry", Map.of("maxAttempts", Long.MAX_VALUE), "maxAttempts is", "1 to 100"),
                arguments("retry", Map.of("maxAttempts", -4_294_967_293L), "maxAttempts is", "1 to 100"),
                arguments("retry", Map.of("backoff", "soon"), "'backoff' is 'soon' (String)", "a duration"),
                arguments("retry", Map.of("maxBackoff", true), "'maxBackoff' is 'true' (Boolean)", "a duration"),
                arguments(
                        "retry",
                        Map.of("backoff", "PT2M", "maxBackoff", "PT1M"),
                        "backoff PT2M to PT1M",
                        "0 <= backoff <= maxBackoff <= PT168H"),
                arguments("catchUp", "often", "is 'often' (String)", "once, skip, all or all(n)"),
                arguments("catchUp", "all(1)", "is 'all(1)' (String)", "with n of 2 to 10000; one run a pulse is once"),
                arguments("catchUp", 3L, "is '3' (Long)", "text"),
                arguments("catchUpWithin", "soon", "is 'soon' (String)", "a duration"),
                arguments("catchUpWithin", 0L, "within PT0S", "more than zero, at most PT8784H"),
                arguments("catchUpWithin", "PT-1H", "within PT-1H", "more than zero, at most PT8784H"),
                arguments("catchUpWithin", "P367D", "within PT8808H", "more than zero, at most PT8784H"),
                arguments("window", Map.of("from", "09:00"), "is a collection", "a duration"),
                arguments("window", "PT-1S", "window PT-1S", "not negative, at most PT8784H"),
                arguments("window", "P367D", "window PT8808H", "not negative, at most PT8784H"),
                arguments("notBefore", "tomorrow", "is 'tomorrow' (String)", "2026-02-15T12:00:00Z"),
                arguments("notBefore", 5L, "is '5' (Long)", "an instant"),
                arguments("notAfter", "2026-13-01T00:00:00Z", "is '2026-13-01T00:00:00Z' (String)", "an instant"),
                arguments("pausedUntil", true, "is 'true' (Boolean)", "an instant"),
                arguments("pausedUntil", "never", "is 'never' (String)", "an instant"),
                arguments("lastRun", "yesterday", "is 'yesterday' (String)", "an instant"),
                arguments("lastRun", 1771142400L, "is '1771142400' (Long)", "an instant"),
                arguments("params", "none", "'params' is text;", "a map"),
                arguments("params", List.of(), "is a list", "a map"),
                arguments(
                        "params",
                        Map.of("at", new StringBuilder()),
                        "at 'at' has type java.lang.StringBuilder",
                        "text"),
                arguments("lastResult", Map.of("at", new StringBuilder()), "at 'at' has type", "text"),
                arguments("heartbeat", "x", "is text", "a map"),
                arguments("heartbeat", Map.of("cursor", "x"), "'cursor' is 'x' (String)", "an instant"),
                arguments("heartbeat", Map.of("wrote", 5L), "'wrote' is '5' (Long)", "an instant"),
                arguments("heartbeat", Map.of("rule", 5L), "'rule' is '5' (Long)", "text"),
                arguments("heartbeat", Map.of("failures", "2"), "'failures' is '2' (String)", "a whole number"),
                arguments("heartbeat", Map.of("backfill", "x"), "'backfill' is text", "a map"),
                arguments("heartbeat", Map.of("backfill", Map.of("to", "x")), "'from' is missing", "an instant"),
                arguments("heartbeat", Map.of("pending", "x"), "'pending' is text", "a map"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongFields")
    void aFieldThatIsWrongIsRefusedWithFieldValueAndWhatIsAllowed(
            String field, Object value, String found, String allowed) {
        Map<String, Object> fields = new HashMap<>(Map.of("enabled", true, "cron", "@daily", "task", "t"));
        fields.put(field, value);

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> ScheduleDocument.read("x", fields))
                .withMessageContaining("schedule 'x'")
                .withMessageContaining(field)
                .withMessageContaining(found)
                .withMessageContaining(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"enabled", "cron", "task"})
    void aNeededFieldThatIsMissingIsSaidToBeMissing(String field) {
        Map<String, Object> fields = new HashMap<>(Map.of("enabled", true, "cron", "@daily", "task", "t"));
        fields.remove(field);

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> ScheduleDocument.read("x", fields))
                .withMessageContaining("schedule 'x': field '" + field + "' is missing; allowed is");
    }

    @Test
    void theNameOfAScheduleIsChecked() {
        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> ScheduleDocument.read("a/b", Map.of("enabled", true, "cron", "@daily", "task", "t")))
                .withMessageContaining("schedule id 'a/b'")
                .withMessageContaining("no '/'");
    }

    @Test
    void notAfterMustBeLaterThanNotBefore() {
        Instant noon = Instant.parse("2026-02-15T12:00:00Z");

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> ScheduleDocument.read(
                        "x",
                        Map.of("enabled", true, "cron", "@daily", "task", "t", "notBefore", noon, "notAfter", noon)))
                .withMessageContaining("notAfter 2026-02-15T12:00:00Z")
                .withMessageContaining("later than notBefore 2026-02-15T12:00:00Z");
    }

    @Test
    void aLongValueIsCutInTheMessageAndTheContentOfACollectionIsNotShown() {
        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() ->
                        ScheduleDocument.read("x", Map.of("enabled", "y".repeat(5_000), "cron", "@daily", "task", "t")))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> ScheduleDocument.read(
                        "x", Map.of("enabled", Map.of("secret", "s3cr3t"), "cron", "@daily", "task", "t")))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cr3t"));
    }

    static Stream<Arguments> wrongPendingFields() {
        return Stream.of(
                arguments("key", null, "'key' is null", "text"),
                arguments("fireTime", "noon", "'fireTime' is 'noon' (String)", "an instant"),
                arguments("fireTime", null, "'fireTime' is null", "an instant"),
                arguments("forced", "yes", "'forced' is 'yes' (String)", "true or false"),
                arguments("starts", true, "'starts' is 'true' (Boolean)", "a whole number"),
                arguments("state", "asleep", "'state' is 'asleep' (String)", "one of [claimed, accepted, waiting]"),
                arguments("state", null, "'state' is null", "claimed, accepted or waiting"),
                arguments("token", "no-slashes", "'token'", "the text that a claim wrote"),
                arguments("token", 5L, "'token' is '5' (Long)", "text"),
                arguments("owner", 5L, "'owner' is '5' (Long)", "text"),
                arguments("until", 5L, "'until' is '5' (Long)", "an instant"),
                arguments("pulseId", 5L, "'pulseId' is '5' (Long)", "text"),
                arguments("answered", "no-slashes", "'answered'", "the text that a claim wrote"),
                arguments("progress", "half", "'progress' is text", "a map"),
                arguments("progress", Map.of("percent", "half"), "'percent' is 'half' (String)", "a whole number"),
                arguments("progress", Map.of("note", 5L), "'note' is '5' (Long)", "text"),
                arguments("cancel", 5L, "'cancel' is '5' (Long)", "true or false"),
                arguments("missed", List.of("x"), "'missed'", "a list of maps"),
                arguments("missed", List.of(Map.of("reason", 5L)), "'reason' is '5' (Long)", "text"),
                arguments("missed", List.of(series("first", null)), "'first' is null", "an instant"),
                arguments("missed", List.of(series("last", "x")), "'last' is 'x' (String)", "an instant"),
                arguments("missed", List.of(series("exact", "x")), "'exact' is 'x' (String)", "true or false"),
                arguments("missed", List.of(series("count", "x")), "'count' is 'x' (String)", "a whole number"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongPendingFields")
    void aPendingFireThatIsWrongIsRefusedWithFieldAndWhatIsAllowed(
            String field, Object value, String found, String allowed) {
        Map<String, Object> pending = new LinkedHashMap<>();
        pending.put("key", "20260215T090000Z");
        pending.put("fireTime", "2026-02-15T09:00:00Z");
        pending.put("starts", 1L);
        pending.put("state", "claimed");
        pending.put("token", "x/20260215T090000Z/r");
        pending.put("owner", "me");
        pending.put("until", "2026-02-15T09:00:20Z");
        assertThat(read(pending).state().pending().starts()).isEqualTo(1);

        pending.put(field, value);

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> read(pending))
                .withMessageContaining("schedule 'x', heartbeat, pending")
                .withMessageContaining(found)
                .withMessageContaining(allowed);
    }

    private static ScheduleDocument read(Map<String, Object> pending) {
        return ScheduleDocument.read(
                "x", Map.of("enabled", true, "cron", "@daily", "task", "t", "heartbeat", Map.of("pending", pending)));
    }

    private static Map<String, Object> series(String field, Object value) {
        Map<String, Object> series = new HashMap<>();
        series.put("outcome", "missed");
        series.put("reason", "coalesced");
        series.put("count", 2L);
        series.put("exact", true);
        series.put("first", "2026-02-15T07:00:00Z");
        series.put("last", "2026-02-15T08:00:00Z");
        series.put(field, value);
        return series;
    }
}
