package dev.heartbeat.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.History;
import dev.heartbeat.health.DayFigures;
import dev.heartbeat.insight.Extent;
import dev.heartbeat.insight.Finding;
import dev.heartbeat.insight.Finding.Kind;
import dev.heartbeat.insight.Insight;
import dev.heartbeat.insight.InsightQuery;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the facade reads for an insight, and from when on it knows everything. */
class InsightFlowTest {
    private static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(10));
    private static final Duration DAY = Duration.ofDays(1);

    private final World world = new World();
    private final Heartbeat heartbeat = world.heartbeat(builder -> builder.budget(Duration.ofSeconds(20)));

    @AfterEach
    void close() {
        world.close();
    }

    private void ran(Instant fire, long ms) {
        RunRecord run = new RunRecord(
                "mail",
                fire.toString(),
                "send-mail",
                null,
                Outcome.EXECUTED,
                null,
                fire,
                fire,
                1,
                true,
                1,
                null,
                "p",
                fire,
                fire.plusMillis(ms),
                null,
                Map.of());
        world.store.appendRuns(List.of(run), LIMIT);
    }

    private void pulsed(String source, Instant at) {
        world.store.savePulse(
                new PulseRecord(source + at, source, at, at, 200, Map.of(), List.of(), false, null), LIMIT);
    }

    /** So many runs and pulses, one each so often, the last one at the start of the world. */
    private void past(int count, Duration every) {
        for (int i = count - 1; i >= 0; i--) {
            Instant at = World.START.minus(every.multipliedBy(i));
            ran(at, i < 5 ? 9_000 : 1_000);
            pulsed("github-actions", at);
        }
    }

    @Test
    void whatStandsOutIsToldInWords() {
        past(28, DAY);
        Insight insight = heartbeat.history().insight();

        assertThat(insight.findings()).extracting(Finding::kind).containsExactly(Kind.TOO_LONG, Kind.CADENCE);
        assertThat(insight.findings())
                .extracting(Finding::cause)
                .containsExactly(
                        "mail (task send-mail) takes longer than it did: 9 s now, 1 s before (medians of 5 and 14"
                                + " runs)",
                        "github-actions delivers every 24 h, asked for every 10 min; 95 of 100 times within 24 h");
        assertThat(insight.capacity().roomMs()).as("the budget less a quarter").isEqualTo(15_000);
        assertThat(insight.at()).isEqualTo(World.START);
        assertThat(insight.from()).isEqualTo(World.START.minus(Duration.ofDays(28)));
    }

    @Test
    void itReadsNoFurtherThanTheSpan() {
        past(28, DAY);
        Insight week = heartbeat.history().insight(InsightQuery.over(Duration.ofDays(7)));

        assertThat(week.ledger()).isEqualTo(new Extent(week.from(), 8, true));
        assertThat(week.pulses()).isEqualTo(new Extent(week.from(), 8, true));
        assertThat(week.tasks().get(0).runs()).isEqualTo(8);
    }

    @Test
    void whatTheStoreDoesNotKeepIsNotKnown() {
        past(20, DAY);
        Insight insight = heartbeat.history().insight();

        Instant oldest = World.START.minus(Duration.ofDays(19));
        assertThat(insight.ledger()).isEqualTo(new Extent(oldest.plusSeconds(1), 20, true));
        assertThat(insight.pulses()).isEqualTo(new Extent(oldest, 20, true));
        assertThat(insight.complete()).isTrue();
    }

    @Test
    void whatALimitLeavesOutIsSaid() {
        past(20, DAY);
        Insight insight = heartbeat.history().insight(InsightQuery.DEFAULT.reading(7, 20));

        assertThat(insight.ledger())
                .isEqualTo(new Extent(World.START.minus(Duration.ofDays(6)).plusSeconds(1), 7, false));
        assertThat(insight.pulses().complete())
                .as("the last one was the limit's")
                .isTrue();
        assertThat(insight.complete()).isFalse();
    }

    @Test
    void aBusyPastIsReadPageByPage() {
        past(3_000, Duration.ofMinutes(10));
        Insight insight = heartbeat.history().insight();

        assertThat(insight.ledger().read()).isEqualTo(3_000);
        assertThat(insight.pulses().read()).isEqualTo(2_000);
        assertThat(insight.pulses().complete()).isFalse();
        assertThat(world.probe.calls("runs")).isEqualTo(3);
        assertThat(world.probe.calls("pulses")).isEqualTo(10);
    }

    @Test
    void nothingIsWrittenAndNoPulseReadsForIt() {
        heartbeat.pulse();
        assertThat(world.probe.calls("runs")).isZero();
        assertThat(world.probe.calls("pulses")).isZero();
        int written = world.probe.calls("savePulse") + world.probe.calls("compareAndSet");
        heartbeat.history().insight();

        assertThat(world.probe.calls("savePulse") + world.probe.calls("compareAndSet"))
                .isEqualTo(written);
    }

    @Test
    void anEmptyStoreHasNoPast() {
        Insight insight = heartbeat.history().insight();

        assertThat(insight.findings()).isEmpty();
        assertThat(insight.ledger()).isEqualTo(new Extent(World.START, 0, true));
    }

    @Test
    void aStoreThatDoesNotAnswerIsNoInsight() {
        world.probe.failBefore("runs");

        assertThatThrownBy(() -> heartbeat.history().insight()).isInstanceOf(StoreException.class);
    }

    @Test
    void aSpanOrALimitOutOfRangeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InsightQuery.over(Duration.ofHours(23)))
                .withMessage("insight: span is PT23H; allowed are 1 to 64 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InsightQuery.DEFAULT.reading(0, 1))
                .withMessage("insight: mostRuns is 0; allowed are 1 to 200000");
        assertThatIllegalArgumentException().isThrownBy(() -> InsightQuery.DEFAULT.reading(1, 200_001));
    }

    /** As it was written before there was an insight. */
    private static final class HistoryOfOnesOwn implements History {
        @Override
        public Page<PulseRecord> pulses(String after, int limit) {
            return new Page<>(List.of(), Optional.empty());
        }

        @Override
        public Optional<PulseRecord> pulse(String id) {
            return Optional.empty();
        }

        @Override
        public Page<RunRecord> runs(RunQuery query) {
            return new Page<>(List.of(), Optional.empty());
        }

        @Override
        public List<DayFigures> days(LocalDate from, LocalDate to) {
            return List.of();
        }
    }

    @Test
    void aHistoryOfOnesOwnNeedNotOfferIt() {
        assertThatThrownBy(() -> new HistoryOfOnesOwn().insight())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("insight over PT672H is not offered by")
                .hasMessageContaining("HistoryOfOnesOwn");
    }
}
