package dev.heartbeat.insight;

import static dev.heartbeat.insight.Finding.Kind.FAILING_MORE;
import static dev.heartbeat.insight.Finding.Kind.TOO_LONG;
import static dev.heartbeat.insight.Finding.Kind.TOO_OFTEN;
import static dev.heartbeat.insight.Finding.Kind.TOO_RARELY;
import static dev.heartbeat.insight.Finding.Kind.TOO_SHORT;
import static dev.heartbeat.insight.Past.DAY;
import static dev.heartbeat.insight.Past.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.insight.Past.Entry;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnomalyRuleTest {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    /** The last five daily runs of twenty take so long; before it was a second. */
    @ParameterizedTest
    @CsvSource({
        "1000, ''",
        "1400, ''",
        "1501, TOO_LONG",
        "60000, TOO_LONG",
        "501, ''",
        "499, TOO_SHORT",
        "0, TOO_SHORT",
    })
    void durationsAreComparedWithThoseBefore(long ms, String kinds) {
        assertThat(Past.kinds(Past.executed(20, DAY, i -> i < 15 ? 1_000 : ms))).hasToString("[" + kinds + "]");
    }

    @Test
    void aSentenceSaysWhatWasSeenAndWhatToDo() {
        Finding finding = AnomalyRule.find(Past.series(Past.executed(28, DAY, i -> i < 23 ? 12_000 : 42_000)), NOW)
                .get(0);

        assertThat(finding.cause())
                .isEqualTo("mail (task send-mail) takes longer than it did: 42 s now, 12 s before"
                        + " (medians of 5 and 14 runs)");
        assertThat(finding.nextStep())
                .isEqualTo("Look at what it waits for; if it has more to do now, see that its timeout and the budget"
                        + " allow it");
        assertThat(finding.usual()).isEqualTo(12_000);
        assertThat(finding.now()).isEqualTo(42_000);
    }

    @Test
    void aSteadyTaskDoesNotCryOverMilliseconds() {
        assertThat(Past.kinds(Past.executed(20, DAY, i -> i < 15 ? 1 : 90))).isEmpty();
    }

    @Test
    void aTaskThatVariesMayVary() {
        assertThat(Past.kinds(Past.executed(20, DAY, i -> i < 15 ? 1_000 + i % 5 * 1_000 : 5_000)))
                .isEmpty();
        assertThat(Past.kinds(Past.executed(20, DAY, i -> i < 15 ? 1_000 + i % 5 * 1_000 : 60_000)))
                .containsExactly(TOO_LONG);
    }

    @ParameterizedTest
    @CsvSource({"14, ''", "15, TOO_LONG"})
    void fewRunsSayNothing(int runs, String kinds) {
        assertThat(Past.kinds(Past.executed(runs, DAY, i -> i < runs - 5 ? 1_000 : 60_000)))
                .hasToString("[" + kinds + "]");
    }

    /** Of a schedule each ten minutes now is the last day. A day before it may have been another sort of day. */
    @Test
    void aDaySaysNothingOfTheNextOne() {
        assertThat(Past.kinds(Past.executed(144 + 200, TEN_MINUTES, i -> i < 200 ? 1_000 : 60_000)))
                .isEmpty();
        assertThat(Past.kinds(Past.executed(144 + 500, TEN_MINUTES, i -> i < 500 ? 1_000 : 60_000)))
                .containsExactly(TOO_LONG);
    }

    @Test
    void aChangeIsStillOneWhenItHasGoneOnForAWhile() {
        assertThat(Past.kinds(Past.executed(28, DAY, i -> i < 15 ? 1_000 : 60_000)))
                .containsExactly(TOO_LONG);
        assertThat(Past.kinds(Past.executed(28, DAY, i -> i < 12 ? 1_000 : 60_000)))
                .as("by now it is what is usual")
                .isEmpty();
    }

    @Test
    void whatHasStoppedIsNotJudged() {
        List<RunRecord> entries = Past.executed(30, DAY, i -> i < 23 ? 1_000 : 60_000);

        assertThat(Past.kinds(entries)).containsExactly(TOO_LONG);
        assertThat(AnomalyRule.find(Past.series(entries), NOW.plus(Duration.ofDays(3))))
                .isEmpty();
    }

    @Test
    void aWeeklyScheduleIsNotCalledRareNorStopped() {
        Duration week = Duration.ofDays(7);
        List<RunRecord> entries = Past.executed(16, week, i -> i < 11 ? 1_000 : 60_000);

        assertThat(Past.kinds(entries)).containsExactly(TOO_LONG);
        assertThat(AnomalyRule.find(Past.series(entries), NOW.plus(Duration.ofDays(6))))
                .as("the next run is not due yet")
                .hasSize(1);
    }

    @Test
    void gapsAreComparedWithThoseBefore() {
        assertThat(Past.kinds(gaps(30, DAY, 6, Duration.ofHours(1)))).contains(TOO_OFTEN);
        assertThat(Past.kinds(gaps(600, TEN_MINUTES, 6, Duration.ofHours(4)))).containsExactly(TOO_RARELY);
        assertThat(Past.kinds(gaps(600, TEN_MINUTES, 200, Duration.ofMinutes(14))))
                .isEmpty();
        assertThat(AnomalyRule.find(Past.series(gaps(600, TEN_MINUTES, 8, Duration.ofMinutes(216))), NOW))
                .singleElement()
                .extracting(Finding::cause)
                .isEqualTo("mail (task send-mail) runs less often than it did: every 3.6 h now, every 10 min before");
    }

    /** Twenty-odd days of one gap, then so many of another; the last one an hour ago. */
    private static List<RunRecord> gaps(int before, Duration usual, int now, Duration gap) {
        List<RunRecord> entries = new ArrayList<>();
        Instant change = NOW.minusSeconds(3_600).minus(gap.multipliedBy(now));
        for (int i = 0; i < before; i++) {
            entries.add(new Entry(change.minus(usual.multipliedBy(i))).record());
        }
        for (int i = 1; i <= now; i++) {
            entries.add(new Entry(change.plus(gap.multipliedBy(i))).record());
        }
        return entries;
    }

    /** 0 1 2 12 o'clock: gaps of 1, 1, 10 and 12 hours; the last five may have any of them in the middle. */
    @Test
    void aTimingOfManyGapsIsNotCalledRareNorFrequent() {
        List<Instant> fires = new ArrayList<>();
        for (Instant day = NOW.minus(Duration.ofDays(28)); day.isBefore(NOW); day = day.plus(DAY)) {
            for (int hour : new int[] {0, 1, 2, 12}) {
                fires.add(day.plus(Duration.ofHours(hour)));
            }
        }
        for (int end = 40; end < fires.size(); end++) {
            List<RunRecord> entries = fires.subList(0, end).stream()
                    .map(fire -> new Entry(fire).record())
                    .toList();

            assertThat(AnomalyRule.find(Past.series(entries), fires.get(end - 1).plusSeconds(60)))
                    .as("after %d fires", end)
                    .isEmpty();
        }
    }

    @Test
    void aPauseMakesNoGap() {
        List<RunRecord> entries = gaps(600, TEN_MINUTES, 8, Duration.ofHours(3));
        assertThat(Past.kinds(entries)).containsExactly(TOO_RARELY);
        for (int i = 0; i < 8; i++) { // what was between, a pause has swallowed
            Instant last =
                    NOW.minusSeconds(3_600).minus(Duration.ofHours(3L * i)).minus(TEN_MINUTES);
            entries.add(new Entry(last)
                    .ended(Outcome.SKIPPED, "paused")
                    .neverStarted()
                    .record());
        }
        assertThat(Past.kinds(entries)).isEmpty();
    }

    @Test
    void forcedAndBackfilledRunsAreNoCadence() {
        List<RunRecord> entries = new ArrayList<>(Past.executed(30, DAY, i -> 1_000));
        for (int i = 0; i < 100; i++) {
            Instant at = NOW.minus(Duration.ofMinutes(60 + i));
            entries.add(new Entry(at).key("force-" + i).record());
            entries.add(new Entry(at.minusSeconds(30))
                    .ended(Outcome.EXECUTED, "backfill")
                    .record());
        }
        assertThat(Past.kinds(entries)).isEmpty();
        assertThat(Past.series(entries).durations())
                .as("they take as long as others")
                .hasSize(230);
    }

    /** Daily; of the last five runs so many failed, of the fifteen before so many. */
    @ParameterizedTest
    @CsvSource({"0, 3, ''", "0, 4, FAILING_MORE", "1, 3, ''", "1, 4, FAILING_MORE", "5, 3, ''", "15, 5, ''"})
    void troublesAreComparedWithThoseBefore(int before, int now, String kinds) {
        List<RunRecord> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            boolean failed = i < before || i >= 20 - now;
            entries.add(new Entry(Past.fire(i, 20, DAY))
                    .ended(failed ? Outcome.FAILED : Outcome.EXECUTED, null)
                    .record());
        }
        assertThat(Past.kinds(entries)).hasToString("[" + kinds + "]");
    }

    @Test
    void aRunThatNeededAnotherAttemptIsOneBeforeItFails() {
        List<RunRecord> entries = new ArrayList<>();
        for (int i = 0; i < 28; i++) {
            entries.add(new Entry(Past.fire(i, 28, DAY)).attempt(i < 25 ? 1 : 2).record());
        }
        Finding finding = AnomalyRule.find(Past.series(entries), NOW).get(0);

        assertThat(finding.kind()).isEqualTo(FAILING_MORE);
        assertThat(finding.cause())
                .isEqualTo("mail (task send-mail) goes wrong more often than it did: 3 of the last 5 runs failed or"
                        + " needed another attempt, 0 of 14 before");
        assertThat(finding.now()).isEqualTo(0.6);
    }

    @Test
    void whatFailsAtOnceIsNotCalledShort() {
        List<RunRecord> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            entries.add(new Entry(Past.fire(i, 20, DAY))
                    .ended(i < 15 ? Outcome.EXECUTED : Outcome.FAILED, null)
                    .ms(i < 15 ? 10_000 : 5)
                    .record());
        }
        assertThat(Past.kinds(entries)).containsExactly(FAILING_MORE);
    }

    @Test
    void aSilentlyEmptyRunIsCalledShort() {
        assertThat(Past.kinds(Past.executed(20, DAY, i -> i < 15 ? 10_000 : 5))).containsExactly(TOO_SHORT);
    }
}
