package dev.heartbeat.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatchUpTest {
    private static final Duration STALE = Duration.ofMinutes(15);
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void itIsARunsPerPulseAndAGreatestAge() {
        assertThat(CatchUp.once()).satisfies(it -> assertNumbers(it, 1, null));
        assertThat(CatchUp.skip()).satisfies(it -> assertNumbers(it, 1, STALE));
        assertThat(CatchUp.all(20)).satisfies(it -> assertNumbers(it, 20, null));
        assertThat(CatchUp.all()).satisfies(it -> assertNumbers(it, CatchUp.MOST_RUNS, null));
    }

    @Test
    void withinReplacesTheAge() {
        for (CatchUp catchUp : List.of(CatchUp.once(), CatchUp.skip(), CatchUp.all(20), CatchUp.all())) {
            assertNumbers(catchUp.within(HOUR), catchUp.runsPerPulse(), HOUR);
            assertNumbers(catchUp.within(HOUR).within(STALE), catchUp.runsPerPulse(), STALE);
        }
    }

    private static void assertNumbers(CatchUp catchUp, int runs, Duration age) {
        assertThat(catchUp.runsPerPulse()).as("%s", catchUp).isEqualTo(runs);
        assertThat(catchUp.isAll()).as("%s", catchUp).isEqualTo(runs > 1);
        assertThat(catchUp.greatestAge(STALE).orElse(null)).as("%s", catchUp).isEqualTo(age);
    }

    @Test
    void itIsEqualWhenBothNumbersAre() {
        assertThat(CatchUp.all(20)).isEqualTo(CatchUp.all(20)).hasSameHashCodeAs(CatchUp.all(20));
        assertThat(CatchUp.all(CatchUp.MOST_RUNS)).isEqualTo(CatchUp.all());
        assertThat(CatchUp.once().within(HOUR))
                .isEqualTo(CatchUp.skip().within(HOUR))
                .hasSameHashCodeAs(CatchUp.skip().within(HOUR))
                .isNotEqualTo(CatchUp.once())
                .isNotEqualTo(CatchUp.once().within(STALE));
        assertThat(CatchUp.once()).isNotEqualTo(CatchUp.skip()).isNotEqualTo("once");
        assertThat(CatchUp.all(20)).isNotEqualTo(CatchUp.all(21));
    }

    @ParameterizedTest
    @ValueSource(strings = {"once", "skip", "all", "all(2)", "all(20)", "all(9999)"})
    void itsTextReadsBackEqual(String text) {
        assertThat(CatchUp.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"Once, once", "' ALL ', all", "All( 20 ), all(20)", "all (7), all(7)", "all(10000), all"})
    void caseAndSpacesDoNotMatter(String written, String text) {
        assertThat(CatchUp.parse(written)).isEqualTo(CatchUp.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "always", "all()", "all(x)", "all(-2)", "all(2.5)", "once(1)", "all(2) ok", "99"})
    void anyOtherTextIsRefusedWithWhatIsAllowed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CatchUp.parse(text))
                .withMessage("catch-up: '" + text + "' is not allowed; " + CatchUp.ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"all(0)", "all(1)", "all(10001)", "all(999999999)", "all(99999999999)"})
    void aNumberOutsideItsRangeIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CatchUp.parse(text))
                .withMessageContaining(text)
                .withMessageContaining("n of 2 to 10000");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -1, 10_001, Integer.MAX_VALUE})
    void oneRunAPulseIsOnceAndNotAll(int runs) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CatchUp.all(runs))
                .withMessageContaining("all(" + runs + ") is not allowed")
                .withMessageContaining("one run a pulse is once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT8784H0.001S"})
    void anAgeIsMoreThanZeroAndAtMost366Days(Duration age) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CatchUp.once().within(age))
                .withMessage("catch-up: within " + age + " is not allowed; more than zero, at most PT8784H");
        assertThat(CatchUp.once().within(Duration.ofDays(366)).within()).contains(Duration.ofDays(366));
    }

    @Test
    void itSaysBothNumbers() {
        assertThat(CatchUp.skip()).hasToString("CatchUp[skip]");
        assertThat(CatchUp.all(3).within(HOUR)).hasToString("CatchUp[all(3) within PT1H]");
    }
}
