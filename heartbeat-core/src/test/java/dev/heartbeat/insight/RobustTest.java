package dev.heartbeat.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RobustTest {
    @ParameterizedTest
    @CsvSource({"7, 7", "7 9, 7", "3 1 2, 2", "4 1 3 2, 2", "5 5 5 9 1, 5"})
    void theMedianIsOneOfTheValues(String values, double median) {
        assertThat(Robust.median(sorted(values))).isEqualTo(median);
    }

    @ParameterizedTest
    @CsvSource({"1, 0.95, 1", "1 2 3 4 5 6 7 8 9 10, 0.95, 10", "1 2 3 4, 0.25, 1", "1 2 3 4, 0.26, 2"})
    void aQuantileIsWhatThatShareDoesNotExceed(String values, double share, double quantile) {
        assertThat(Robust.quantile(sorted(values), share)).isEqualTo(quantile);
    }

    @Test
    void theSpreadIsNotMovedByOneOddValue() {
        assertThat(Robust.spread(sorted("900 1000 1200 1050 5000"))).isEqualTo(150);
        assertThat(Robust.spread(sorted("900 1000 1200 1050 5000000"))).isEqualTo(150);
        assertThat(Robust.spread(sorted("7"))).isZero();
    }

    /** By hand: of two tosses both 1/4, at least one 3/4; of a thousand tosses at least none. */
    @ParameterizedTest
    @CsvSource({"2, 2, 0.5, 0.25", "1, 2, 0.5, 0.75", "0, 1000, 0.5, 1", "3, 5, 0.1, 0.00856", "1, 5000, 0.001, 0.99328"
    })
    void theChanceOfSoManyHits(int hits, int tries, double each, double chance) {
        assertThat(Robust.chanceOfAtLeast(hits, tries, each)).isCloseTo(chance, within(1e-5));
    }

    @Test
    void ofTwoModesNeitherIsOdd() {
        Band band = Band.of(sorted("1000 1000 1000 1000 1000 1000 1000 1000 60000 60000"), 100);

        assertThat(band.isAbove(new double[] {60_000})).isFalse();
        assertThat(band.isAbove(new double[] {61_000})).isTrue();
        assertThat(band.isBelow(new double[] {1})).isTrue();
    }

    @Test
    void threeQuartersMustBeOutside() {
        Band band = Band.of(sorted("1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"), 100);

        assertThat(band.isAbove(sorted("1000 9000 9000 9000 9000"))).isTrue();
        assertThat(band.isAbove(sorted("1000 1000 9000 9000 9000"))).isFalse();
        assertThat(band.isBelow(sorted("0 0 0 0 1000"))).isTrue();
        assertThat(band.isBelow(sorted("0 0 0 1000 1000"))).isFalse();
    }

    @Test
    void aSteadyValueIsOddOnceItIsHalfAsMuchAgain() {
        Band band = Band.of(sorted("1000 1000 1000 1000"), 100);

        assertThat(band.isAbove(new double[] {1_500})).isFalse();
        assertThat(band.isAbove(new double[] {1_501})).isTrue();
        assertThat(band.isBelow(new double[] {500})).isFalse();
        assertThat(band.isBelow(new double[] {499})).isTrue();
    }

    @Test
    void whatIsSmallIsOddOnceItMatters() {
        Band band = Band.of(sorted("0 1 1 2"), 100);

        assertThat(band.isAbove(new double[] {101})).isFalse();
        assertThat(band.isAbove(new double[] {102})).isTrue();
        assertThat(band.isBelow(new double[] {0})).isFalse();
    }

    private static double[] sorted(String values) {
        return Robust.sorted(
                Arrays.stream(values.split(" ")).map(Double::valueOf).toList());
    }

    @Test
    void whatIsSortedIsACopy() {
        assertThat(Robust.sorted(List.of(3L, 1L))).containsExactly(1, 3);
    }
}
