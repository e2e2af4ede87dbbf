package dev.heartbeat.insight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "840, 840 ms",
        "999.7, 1 s",
        "2100, 2.1 s",
        "9960, 10 s",
        "12345, 12 s",
        "99000, 99 s",
        "100000, 1.7 min",
        "600000, 10 min",
        "12960000, 3.6 h",
        "86400000, 24 h",
        "172800000, 2 days",
        "604800000, 7 days"
    })
    void aDurationIsShort(double ms, String words) {
        assertThat(Words.duration(ms)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"0.12, 12 %", "0.071, 7.1 %", "-0.2, 20 %", "2.5, 250 %"})
    void aShareIsInPerCent(double share, String words) {
        assertThat(Words.percent(share)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"0, 1 day", "1.4, 1 day", "9.3, 9 days"})
    void daysAreWhole(double days, String words) {
        assertThat(Words.days(days)).isEqualTo(words);
    }
}
