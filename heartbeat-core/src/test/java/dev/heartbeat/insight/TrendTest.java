package dev.heartbeat.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.heartbeat.schedule.Seed;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static final Offset<Double> CLOSE = within(1e-9);

    private final Seed seed = new Seed();
    private final Random random = seed.random();

    private static double[] days(int count) {
        return IntStream.range(0, count).asDoubleStream().toArray();
    }

    @Test
    void aLineIsFound() {
        double[] x = {3, 4, 6, 9, 10, 11, 14, 20};
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 5 + 2 * x[i];
        }
        Trend trend = Trend.of(x, y);

        assertThat(trend.slope()).isEqualTo(2, CLOSE);
        assertThat(trend.at(100)).isEqualTo(205, CLOSE);
        assertThat(trend.isClear()).as("eight that all rise are just enough").isTrue();
        assertThat(Trend.canBeClear(8)).isTrue();
        assertThat(Trend.canBeClear(7)).isFalse();
    }

    /** Kendall's S of this row is 27 of 28 pairs; the score by hand is (26 - 1) / sqrt(8 * 7 * 21 / 18). */
    @Test
    void onePairOutOfOrderAmongEightIsTooFew() {
        Trend trend = Trend.of(days(8), new double[] {1, 2, 3, 4, 5, 6, 8, 7});

        assertThat(trend.score()).isEqualTo(25 / Math.sqrt(8 * 7 * 21 / 18.0), CLOSE);
        assertThat(trend.isClear()).isFalse();
    }

    @Test
    void whatIsConstantHasNone() {
        Trend trend = Trend.of(days(28), new double[28]);

        assertThat(trend.slope()).isZero();
        assertThat(trend.score()).isZero();
        assertThat(trend.isClear()).isFalse();
    }

    /** Of 28 days 27 are alike: no pair but those with the last one says anything. */
    @Test
    void tiesSayNothing() {
        double[] y = new double[28];
        y[27] = 1_000;

        assertThat(Trend.of(days(28), y).isClear()).isFalse();
        assertThat(Trend.of(days(28), y).slope()).isZero();
    }

    /** By hand: 25 of 45 pairs rise, 20 are ties; the variance is (10 * 9 * 25 - 2 * 5 * 4 * 15) / 18. */
    @Test
    void tiesMakeChanceNarrower() {
        Trend trend = Trend.of(days(10), new double[] {0, 0, 0, 0, 0, 1, 1, 1, 1, 1});

        assertThat(trend.score()).isEqualTo(24 / Math.sqrt(1_650 / 18.0), CLOSE);
    }

    @Test
    void stepsOfEqualValuesAreATrendAllTheSame() {
        double[] y = IntStream.range(0, 28).mapToDouble(i -> i / 4).toArray();

        assertThat(Trend.of(days(28), y).isClear()).isTrue();
        assertThat(Trend.of(days(28), y).slope()).isBetween(0.2, 0.3);
    }

    @Test
    void aQuarterOfOddPointsDoesNotTurnIt() {
        for (int round = 0; round < 200; round++) {
            double[] y = IntStream.range(0, 28).mapToDouble(i -> 1_000 + 20 * i).toArray();
            for (int odd = 0; odd < 4; odd++) {
                y[random.nextInt(28)] = random.nextInt(100_000);
            }
            Trend trend = Trend.of(days(28), y);

            assertThat(trend.slope()).as("%s", seed).isBetween(15.0, 25.0);
        }
    }

    @Test
    void turnedAroundItFallsAsMuch() {
        double[] y = random.doubles(20).toArray();
        double[] turned = IntStream.range(0, 20).mapToDouble(i -> -y[i]).toArray();
        Trend trend = Trend.of(days(20), y);

        assertThat(Trend.of(days(20), turned).slope()).as("%s", seed).isEqualTo(-trend.slope(), CLOSE);
        assertThat(Trend.of(days(20), turned).score()).as("%s", seed).isEqualTo(-trend.score(), CLOSE);
    }
}
