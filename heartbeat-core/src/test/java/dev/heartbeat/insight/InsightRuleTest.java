package dev.heartbeat.insight;

import static dev.heartbeat.insight.Past.DAY;
import static dev.heartbeat.insight.Past.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.insight.Finding.Kind;
import dev.heartbeat.insight.Past.Entry;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class InsightRuleTest {
    private static final InsightReader SETTINGS =
            new InsightReader(Duration.ofMinutes(10), Duration.ofMinutes(15), Duration.ofSeconds(55));
    private static final Extent ALL = new Extent(NOW.minus(Duration.ofDays(28)), 0, true);
    private static final Instant FIRE = NOW.minus(Duration.ofHours(2));

    private static Insight insight(List<RunRecord> entries) {
        List<Run> runs = entries.stream().map(Run::of).filter(Objects::nonNull).toList();
        return InsightRule.insight(SETTINGS, ALL.since(), NOW, ALL, ALL, runs, List.of());
    }

    @Test
    void figuresOfATask() {
        Insight insight = insight(List.of(
                new Entry(FIRE)
                        .of("a", "t")
                        .startedAfter(Duration.ofSeconds(3))
                        .ms(1_000)
                        .record(),
                new Entry(FIRE)
                        .of("a", "t")
                        .startedAfter(Duration.ofSeconds(5))
                        .ms(3_000)
                        .record(),
                new Entry(FIRE)
                        .of("b", "t")
                        .startedAfter(Duration.ofSeconds(90))
                        .ms(2_000)
                        .record(),
                new Entry(FIRE)
                        .of("b", "t")
                        .attempt(2)
                        .startedAfter(Duration.ofHours(1))
                        .ms(2_500)
                        .record(),
                new Entry(FIRE).of("b", "t").ended(Outcome.FAILED, null).ms(7).record()));

        assertThat(insight.tasks()).containsExactly(new TaskFigures("t", 2, 5, 1, 1, 2_000L, 500L, 5_000L, 90_000L));
        assertThat(insight.tasks().get(0).failureRate()).isEqualTo(0.2);
        assertThat(insight.complete()).isTrue();
    }

    @Test
    void whatIsNoRunDoesNotCount() {
        Insight insight = insight(List.of(
                new Entry(FIRE)
                        .of("a", "passed")
                        .ended(Outcome.MISSED, "coalesced")
                        .neverStarted()
                        .record(),
                new Entry(FIRE)
                        .of("a", "paused")
                        .ended(Outcome.SKIPPED, "paused")
                        .neverStarted()
                        .record(),
                new Entry(FIRE)
                        .of("a", "idle")
                        .ended(Outcome.SKIPPED, "nothing to do")
                        .record(),
                new Entry(FIRE)
                        .of("a", "called off")
                        .ended(Outcome.CANCELLED, null)
                        .record(),
                new Entry(FIRE)
                        .of("a", "late")
                        .ended(Outcome.EXECUTED, "fenced")
                        .record()));

        assertThat(insight.tasks()).isEmpty();
    }

    @Test
    void forcedAndBackfilledRunsHaveADurationButNoLateness() {
        Entry forced =
                new Entry(FIRE).key("force-7").startedAfter(Duration.ofDays(1)).ms(40);
        Entry past = new Entry(FIRE)
                .ended(Outcome.EXECUTED, "backfill")
                .startedAfter(Duration.ofDays(1))
                .ms(60);

        assertThat(insight(List.of(forced.record(), past.record())).tasks())
                .containsExactly(new TaskFigures("send-mail", 1, 2, 0, 0, 40L, 0L, null, null));
    }

    @Test
    void aClockThatIsBehindMakesNothingLessThanNoTime() {
        RunRecord early =
                new Entry(FIRE).startedAfter(Duration.ofSeconds(-5)).ms(-3).record();

        assertThat(insight(List.of(early)).tasks())
                .containsExactly(new TaskFigures("send-mail", 1, 1, 0, 0, 0L, 0L, 0L, 0L));
    }

    @Test
    void aTaskThatNeverSucceededHasNoDuration() {
        RunRecord failed = new Entry(FIRE).ended(Outcome.TIMED_OUT, null).record();

        assertThat(insight(List.of(failed)).tasks())
                .containsExactly(new TaskFigures("send-mail", 1, 1, 1, 0, null, null, null, null));
    }

    @Test
    void schedulesOfATaskThatShowTheSameAreOneFinding() {
        List<RunRecord> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Instant fire = Past.fire(i, 20, DAY);
            entries.add(new Entry(fire).of("a", "t").ms(i < 15 ? 1_000 : 20_000).record());
            entries.add(new Entry(fire).of("b", "t").ms(i < 15 ? 1_000 : 90_000).record());
            entries.add(new Entry(fire).of("c", "t").ms(i < 15 ? 1_000 : 30_000).record());
            entries.add(new Entry(fire).of("quiet", "t").ms(60_000).record());
            entries.add(new Entry(fire)
                    .of("mail", "mail")
                    .ms(i < 15 ? 1_000 : 2_000)
                    .record());
        }
        List<Finding> findings = insight(entries).findings();

        assertThat(findings).extracting(Finding::about).containsExactly("b", "mail");
        assertThat(findings).extracting(Finding::more).containsExactly(2, 0);
        assertThat(findings.get(0).cause())
                .startsWith("b (task t) takes longer than it did: 90 s now")
                .endsWith(" (and 2 more schedules)");
        assertThat(findings.get(1).cause()).startsWith("mail takes longer than it did: 2 s now");
    }

    @Test
    void whateverRunsLessOftenIsOneFindingOverAllTasks() {
        List<RunRecord> entries = new ArrayList<>();
        for (String task : List.of("one", "two")) {
            for (int i = 0; i < 7; i++) {
                entries.add(new Entry(NOW.minus(Duration.ofHours(1 + 4L * i)))
                        .of(task, task)
                        .record());
            }
            for (int i = 1; i < 1_000; i++) {
                entries.add(new Entry(NOW.minus(Duration.ofHours(25)).minus(Duration.ofMinutes(10L * i)))
                        .of(task, task)
                        .record());
            }
        }
        assertThat(insight(entries).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.TOO_RARELY);
            assertThat(finding.about()).isEqualTo("one");
            assertThat(finding.cause()).endsWith("every 4 h now, every 10 min before (and 1 more schedule)");
        });
    }

    @Test
    void theMostSeriousComesFirst() {
        List<RunRecord> entries = new ArrayList<>();
        for (int i = 0; i < 28; i++) {
            Instant fire = Past.fire(i, 28, DAY);
            entries.add(new Entry(fire).of("grows", "grows").ms(1_000 + 20 * i).record());
            entries.add(new Entry(fire)
                    .of("long", "long")
                    .ms(i < 20 ? 1_000 : 9_000)
                    .record());
            entries.add(new Entry(fire)
                    .of("fails", "fails")
                    .ended(i < 20 ? Outcome.EXECUTED : Outcome.FAILED, null)
                    .record());
        }
        assertThat(insight(entries).findings())
                .extracting(finding -> finding.kind().text() + " " + finding.about())
                .containsExactly("failing-more fails", "too-long long", "slower grows");
    }

    @Test
    void ofNothingNothingIsSaid() {
        Insight insight = insight(List.of());

        assertThat(insight.tasks()).isEmpty();
        assertThat(insight.sources()).isEmpty();
        assertThat(insight.findings()).isEmpty();
        assertThat(insight.capacity()).isEqualTo(new Capacity(55_000, List.of(), null, null));
    }
}
