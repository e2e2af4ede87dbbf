package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.task.Outcome;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The sentences of the dashboard, and what they hide. */
class WordsTest {
    private static PulseDetail detail(Outcome outcome, String reason, int attempt) {
        return new PulseDetail("id", "task", null, outcome, reason, Given.NOON, attempt, 0, null, null, null);
    }

    private static PulseRecord pulse(Map<Outcome, Integer> counts, String error, PulseDetail... details) {
        return new PulseRecord("id", "test", Given.NOON, Given.NOON, 5, counts, List.of(details), false, error);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "EXECUTED, -, 1, Executed",
                "EXECUTED, -, 3, Executed at attempt 3",
                "EXECUTED, backfill, 1, Executed (backfill)",
                "FAILED, -, 1, Failed",
                "FAILED, exhausted, 3, 'Failed at attempt 3, and none is left'",
                "FAILED, lost, 1, 'Lost with its process, and no attempt was left'",
                "FAILED, superseded, 2, Failed; its next fire took its place",
                "TIMED_OUT, -, 1, Ran past its timeout",
                "CANCELLED, -, 1, Called off by a person",
                "SKIPPED, paused, 0, Passed over by a pause",
                "SKIPPED, no-executor, 0, Nobody has registered its task here; it stays due",
                "SKIPPED, nothing there, 1, Skipped: nothing there",
                "SKIPPED, backfill: nothing there, 1, Skipped: nothing there (backfill)",
                "MISSED, coalesced, 0, Passed without a run: a later fire ran for it",
                "MISSED, overload, 0, Passed without a run: no pulse had time for it",
                "RUNNING, accepted, 1, Goes on elsewhere until somebody answers for it",
                "RUNNING, -, 1, Still at work when the pulse answered",
                "RETRYING, -, 2, Attempt 2 failed; the next one is planned",
                "DEFERRED, budget, 0, The pulse had no time left for it; it stays due",
                "DEFERRED, would-not-fit: 90 s, 0, Would likely not end within the budget; it stays due",
                "DEFERRED, circuit-open, 0, Held back by failures in a row of its circuit"
            })
    void anOutcomeIsASentence(Outcome outcome, String reason, int attempt, String words) {
        assertThat(Words.of(detail(outcome, reason, attempt))).isEqualTo(words);
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void everyOutcomeOfAPulseIsSaidInOneAndInMany(Outcome outcome) {
        assertThat(Words.text(Map.of(outcome, 1))).startsWith("1 task ").doesNotContain("tasks");
        assertThat(Words.text(Map.of(outcome, 2))).startsWith("2 tasks ");
    }

    @Test
    void thePlaybooksLinesAreThere() {
        assertThat(Words.text(Map.of(Outcome.EXECUTED, 3))).isEqualTo("3 tasks executed");
        assertThat(Words.text(Map.of(Outcome.RETRYING, 1))).isEqualTo("1 task failed, retry scheduled");
        assertThat(Words.text(Map.of())).isEqualTo("nothing due");
        Map<Outcome, Integer> several = new EnumMap<>(Outcome.class);
        several.put(Outcome.EXECUTED, 2);
        several.put(Outcome.TIMED_OUT, 1);
        assertThat(Words.text(several)).isEqualTo("2 tasks executed; 1 task timed out");
    }

    @Test
    void aPulseIsMarkedByTheWorstOfWhatItDid() {
        assertThat(Words.mark(pulse(Map.of(), null))).isEqualTo(Words.Mark.IDLE);
        assertThat(Words.mark(pulse(Map.of(Outcome.EXECUTED, 1), null))).isEqualTo(Words.Mark.OK);
        assertThat(Words.mark(pulse(Map.of(Outcome.EXECUTED, 1, Outcome.RETRYING, 1), null)))
                .isEqualTo(Words.Mark.WARNING);
        assertThat(Words.mark(pulse(Map.of(Outcome.RETRYING, 1, Outcome.FAILED, 1), null)))
                .isEqualTo(Words.Mark.ERROR);
        assertThat(Words.mark(pulse(Map.of(), "store down"))).isEqualTo(Words.Mark.ERROR);
        PulseDetail overdue = new PulseDetail(
                "id", "task", null, Outcome.SKIPPED, "no-executor", Given.NOON, 0, 0, null, null, "nobody has it");
        assertThat(Words.mark(pulse(Map.of(Outcome.SKIPPED, 1), null, overdue))).isEqualTo(Words.Mark.ERROR);
        assertThat(Words.text(pulse(Map.of(), "no route, password: hush")))
                .isEqualTo("the pulse failed: no route, password: [redacted]");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 ms", "999, 999 ms", "2004, 2.0 s", "61000, 1 min 1 s", "7500000, 2 h 5 min"})
    void durationsAreAsPeopleSayThem(long ms, String words) {
        assertThat(Words.duration(ms)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 for Bearer abcdef123456 | 401 for Bearer [redacted]",
                "https://ann:hush@db.example/x | https://[redacted]@db.example/x",
                "https://hush@db.example/x | https://[redacted]@db.example/x",
                "GET /x?apiKey=12345&page=2 | GET /x?apiKey=[redacted]&page=2",
                "{\"password\": \"a b\", \"user\": \"ann\"} | {\"password\": [redacted], \"user\": \"ann\"}",
                "client_secret = abc; user = ann | client_secret = [redacted]; user = ann",
                "connection refused | connection refused",
                "the token is missing | the token is missing"
            })
    void whatLooksLikeASecretInATextIsHidden(String text, String shown) {
        assertThat(Redaction.text(text)).isEqualTo(shown);
    }

    @Test
    void errorTextsAreCut() {
        assertThat(Redaction.text("x".repeat(600))).hasSize(500).endsWith("…");
        assertThat(Redaction.text(null)).isNull();
    }

    /** A look-up that began anew at each character would take an hour for these. */
    @Test
    @Timeout(60)
    void longTextsAreGoneThroughOnce() {
        String blob = "x".repeat(1_000_000);
        String spaces = "token" + " ".repeat(1_000_000);
        Redaction redaction = new Redaction(DashboardSettings.openOnLoopback().redacted());

        assertThat(redaction.of(Map.of("blob", blob, "spaces", spaces)))
                .containsEntry("blob", blob)
                .containsEntry("spaces", spaces);
        assertThat(Redaction.text(blob)).hasSize(500);
    }

    @Test
    void wordsOfTheHostsOwnAreHiddenToo() {
        Redaction redaction = new Redaction(
                DashboardSettings.openOnLoopback().redacting("PIN-code").redacted());

        assertThat(redaction.of(
                        Map.of("pin_code", 1L, "X-API-Key", "k", "page", 2L, "list", List.of(Map.of("token", "t")))))
                .containsEntry("pin_code", "[redacted]")
                .containsEntry("X-API-Key", "[redacted]")
                .containsEntry("page", 2L)
                .containsEntry("list", List.of(Map.of("token", "[redacted]")));
    }
}
