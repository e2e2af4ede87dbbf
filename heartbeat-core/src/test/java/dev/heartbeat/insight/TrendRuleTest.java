package dev.heartbeat.insight;

import static dev.heartbeat.insight.Finding.Kind.FASTER;
import static dev.heartbeat.insight.Finding.Kind.SLOWER;
import static dev.heartbeat.insight.Past.DAY;
import static dev.heartbeat.insight.Past.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.heartbeat.store.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrendRuleTest {
    @Test
    void slowerIsSaidInPerCentAWeek() {
        Finding finding = TrendRule.find(Past.series(Past.executed(29, DAY, i -> 10_000 + i * 200L)), NOW)
                .orElseThrow();

        assertThat(finding.kind()).isEqualTo(SLOWER);
        assertThat(finding.cause())
                .isEqualTo("mail (task send-mail) is slower by 11 % a week: from 10 s to 16 s in 28 days");
        assertThat(finding.usual()).isEqualTo(10_000, within(1e-6));
        assertThat(finding.now()).isEqualTo(15_600, within(1e-6));
        assertThat(finding.perWeek()).isEqualTo(1_400 / 12_800.0, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({
        "8, 20, [SLOWER]", // in eight days from 1000 to 1140
        "7, 20, []", // too few days
        "28, 20, [SLOWER]",
        "28, 0, []",
        "28, 5, []", // 3 per cent a week
        "28, -20, [FASTER]",
    })
    void onlyWhatIsClearAndMattersIsSaid(int days, long eachDay, String kinds) {
        assertThat(Past.trends(Past.executed(days, DAY, i -> 1_000 + i * eachDay)))
                .hasToString(kinds);
    }

    @Test
    void aFewMillisecondsDoNotMatter() {
        assertThat(Past.trends(Past.executed(28, DAY, i -> 10 + i))).isEmpty();
    }

    @Test
    void theMedianOfADayCounts() {
        List<RunRecord> hourly =
                Past.executed(24 * 20, Duration.ofHours(1), i -> i % 24 == 3 ? 1_000_000 : 2_000 + i * 4L);

        assertThat(Past.trends(hourly)).containsExactly(SLOWER);
    }

    /** Asked when the last run has just ended, and by a clock by which it has not ended yet. */
    @Test
    void aDayIsADayAlsoAtItsEdge() {
        List<RunRecord> entries = Past.executed(28, DAY, i -> 10_000 + i * 200L);
        Instant ended = entries.get(27).endedAt();

        for (Instant at : List.of(ended, ended.minusSeconds(10), ended.minusSeconds(20), ended.plusSeconds(1))) {
            assertThat(TrendRule.find(Past.series(entries), at).orElseThrow().cause())
                    .endsWith("in 27 days");
        }
    }

    @Test
    void whatHasStoppedHasNoTrend() {
        List<RunRecord> entries = Past.executed(28, DAY, i -> 60_000 - i * 1_000L);

        assertThat(Past.trends(entries)).containsExactly(FASTER);
        assertThat(TrendRule.find(Past.series(entries), NOW.plus(Duration.ofDays(3))))
                .isEmpty();
    }

    @Test
    void noTimeAtAllHasNoTrend() {
        assertThat(Past.trends(Past.executed(28, DAY, i -> 0))).isEmpty();
    }
}
