package dev.heartbeat.insight;

import static dev.heartbeat.insight.Past.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceRuleTest {
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final Duration STALE_AFTER = Duration.ofMinutes(15);

    private final List<Seen> pulses = new ArrayList<>();

    /** A pulse so many seconds after the start of the beat that holds the minute. */
    private void pulse(String source, long minute, long seconds) {
        Instant startedAt = NOW.minus(Duration.ofDays(28)).plusSeconds(60 * minute + seconds);
        Instant beat = Instant.ofEpochSecond(startedAt.getEpochSecond() / 600 * 600);
        pulses.add(new Seen(source, beat, startedAt, 100, true, false));
    }

    private void pulses(String source, int count, long everyMinutes) {
        for (int i = 0; i < count; i++) {
            pulse(source, i * everyMinutes, 0);
        }
    }

    private List<SourceFigures> figures() {
        return SourceRule.figures(pulses, INTERVAL);
    }

    private Optional<Finding> finding(Duration staleAfter) {
        return SourceRule.find(pulses, figures(), INTERVAL, staleAfter);
    }

    @Test
    void aSourceThatDeliversSeldomIsNamed() {
        for (int i = 0; i < 100; i++) {
            pulse("github-actions", i * 216 + (i % 10 == 0 ? 60 : 0), 0);
        }
        assertThat(figures())
                .containsExactly(new SourceFigures(
                        "github-actions", 100, 600_000, 12_960_000L, 16_560_000L, Duration.ofHours(7)));
        Finding finding = finding(STALE_AFTER).orElseThrow();
        assertThat(finding.cause())
                .isEqualTo("github-actions delivers every 3.6 h, asked for every 10 min; 95 of 100 times within 4.6 h");
        assertThat(finding.nextStep())
                .isEqualTo(
                        "Add a second source or the resident ticker; if this is often enough, set staleAfter to 7 h");
        assertThat(finding.usual()).isEqualTo(600_000);
        assertThat(finding.now()).isEqualTo(12_960_000);
    }

    @Test
    void whoHasAllowedForItIsNotToldAgain() {
        pulses("github-actions", 100, 216);

        assertThat(finding(Duration.ofHours(5))).isPresent();
        assertThat(finding(Duration.ofHours(6))).isEmpty();
    }

    @Test
    void aSourceThatKeepsTheIntervalIsNot() {
        pulses("cloud-scheduler", 100, 10);

        assertThat(finding(STALE_AFTER)).isEmpty();
        assertThat(figures().get(0).suggestedStaleAfter()).isEqualTo(STALE_AFTER);
    }

    @Test
    void aStandbyBesideASteadySourceIsNot() {
        pulses("cloud-scheduler", 600, 10);
        pulses("github-actions", 100, 60);

        assertThat(finding(STALE_AFTER)).isEmpty();
        assertThat(figures()).extracting(SourceFigures::source).containsExactly("cloud-scheduler", "github-actions");
        assertThat(figures()).extracting(SourceFigures::medianGapMs).containsExactly(600_000L, 3_600_000L);
    }

    @Test
    void twoSourcesThatTakeTurnsKeepTheIntervalTogether() {
        for (int i = 0; i < 200; i++) {
            pulse(i % 2 == 0 ? "one" : "two", i * 10L, 0);
        }
        assertThat(finding(STALE_AFTER)).isEmpty();
    }

    @Test
    void pulsesOfOneBeatAreOne() {
        for (int i = 0; i < 50; i++) { // three instances whose tickers pulse together, and wakes between
            pulse("ticker", i * 10L, 0);
            pulse("ticker", i * 10L, 0);
            pulse("ticker", i * 10L, 1);
            pulse("ticker", i * 10L + 5, 0);
        }
        assertThat(figures()).extracting(SourceFigures::medianGapMs).containsExactly(600_000L);
        assertThat(figures()).extracting(SourceFigures::pulses).containsExactly(200);
    }

    @Test
    void fewPulsesAreNoCadence() {
        pulses("manual", 10, 500);

        assertThat(figures()).containsExactly(new SourceFigures("manual", 10, 600_000, null, null, null));
        assertThat(finding(STALE_AFTER)).isEmpty();
    }

    @Test
    void anOutageIsNoCadence() {
        pulses("cloud-scheduler", 50, 10);
        for (int i = 0; i < 50; i++) {
            pulse("cloud-scheduler", 5_000 + i * 10L, 0);
        }
        assertThat(finding(STALE_AFTER)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "PT1.5S, PT5S",
        "PT5S, PT5S",
        "PT5.001S, PT10S",
        "PT2M, PT2M",
        "PT14M1S, PT15M",
        "PT1H, PT1H",
        "PT1H1S, PT1H15M",
        "PT6H54M, PT7H",
        "P40D, P30D"
    })
    void whatIsSuggestedIsRoundedUp(Duration exact, Duration rounded) {
        assertThat(SourceRule.roundUp(exact)).isEqualTo(rounded);
    }
}
