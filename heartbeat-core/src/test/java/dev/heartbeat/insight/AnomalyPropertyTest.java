package dev.heartbeat.insight;

import static dev.heartbeat.insight.Past.DAY;
import static dev.heartbeat.insight.Past.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.insight.Past.Entry;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of random ledgers. */
class AnomalyPropertyTest {
    private static final int ROUNDS = 400;

    private final Seed seed = new Seed();
    private final Random random = seed.random();

    /** Some noise around a base that is well over what matters. */
    private List<RunRecord> random(double change) {
        long base = 2_000 + random.nextInt(100_000);
        int runs = 15 + random.nextInt(40);
        return Past.executed(
                runs, DAY, i -> (long) (base * (1 + random.nextDouble() / 10) * (i < runs - 5 ? 1 : change)));
    }

    @Test
    void theOrderOfEntriesDoesNotMatter() {
        for (int round = 0; round < ROUNDS; round++) {
            List<RunRecord> entries = random(0.2 + 2 * random.nextDouble());
            List<RunRecord> shuffled = new ArrayList<>(entries);
            Collections.shuffle(shuffled, random);

            assertThat(AnomalyRule.find(Past.series(shuffled), NOW))
                    .as("%s", seed)
                    .isEqualTo(AnomalyRule.find(Past.series(entries), NOW));
            assertThat(TrendRule.find(Past.series(shuffled), NOW))
                    .as("%s", seed)
                    .isEqualTo(TrendRule.find(Past.series(entries), NOW));
        }
    }

    @Test
    void oneOddRunChangesNoVerdict() {
        for (int round = 0; round < ROUNDS; round++) {
            double change = List.of(0.3, 1.0, 3.0).get(round % 3);
            List<RunRecord> entries = random(change);
            List<RunRecord> with = new ArrayList<>(entries);
            int odd = random.nextInt(with.size());
            with.set(
                    odd,
                    new Entry(with.get(odd).fireTime())
                            .ms(random.nextBoolean() ? 0 : 10_000_000)
                            .record());

            assertThat(Past.kinds(with)).as("%s", seed).isEqualTo(Past.kinds(entries));
            assertThat(Past.kinds(entries)).as("%s", seed).hasSize(change == 1 ? 0 : 1);
        }
    }

    @Test
    void tenTimesAsLongIsJudgedAlike() {
        for (int round = 0; round < ROUNDS; round++) {
            List<RunRecord> entries = random(0.2 + 2 * random.nextDouble());
            List<RunRecord> tenfold = entries.stream()
                    .map(each -> new Entry(each.fireTime())
                            .ms(10
                                    * Duration.between(each.startedAt(), each.endedAt())
                                            .toMillis())
                            .record())
                    .toList();

            assertThat(Past.kinds(tenfold)).as("%s", seed).isEqualTo(Past.kinds(entries));
            assertThat(Past.trends(tenfold)).as("%s", seed).isEqualTo(Past.trends(entries));
        }
    }

    /** Where nothing changes, chance seldom looks like a change: noise, two modes, quiet weekends, busy hours. */
    @Test
    void whatDoesNotChangeIsSeldomCalledChanged() {
        List<String> cries = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            int shape = round % 4;
            Duration every = random.nextBoolean() ? DAY : Duration.ofHours(1);
            int runs = (int) Duration.ofDays(28).dividedBy(every);
            List<RunRecord> entries = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                Instant fire = Past.fire(i, runs, every);
                entries.add(new Entry(fire)
                        .ended(random.nextInt(20) == 0 ? Outcome.FAILED : Outcome.EXECUTED, null)
                        .ms(ms(shape, fire))
                        .record());
            }
            List<Finding.Kind> found = new ArrayList<>(Past.kinds(entries));
            found.addAll(Past.trends(entries));
            found.forEach(kind -> cries.add(kind + " of shape " + shape + " each " + every));
        }
        assertThat(cries).as("of %d, %s", ROUNDS, seed).hasSizeLessThan(ROUNDS / 40);
    }

    private long ms(int shape, Instant fire) {
        double noise = Math.exp(0.4 * random.nextGaussian());
        long hour = fire.getEpochSecond() / 3_600;
        return (long) (noise
                * switch (shape) {
                    case 0 -> 5_000;
                    case 1 -> random.nextInt(5) == 0 ? 60_000 : 1_000;
                    case 2 -> hour / 24 % 7 < 2 ? 1_000 : 5_000;
                    default -> hour % 24 < 12 ? 500 : 5_000;
                });
    }
}
