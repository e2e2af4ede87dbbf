package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ProfileTest {
    private static final int ROUNDS = 300;

    private final Seed seed = new Seed();
    private final Random random = seed.random();

    private static Profile of(long... durations) {
        Profile profile = Profile.UNKNOWN;
        for (long each : durations) {
            profile = profile.with(List.of(each));
        }
        return profile;
    }

    private static Duration ms(long ms) {
        return Duration.ofMillis(ms);
    }

    @Test
    void nothingIsLikelyBeforeTheFirstRun() {
        assertThat(Profile.UNKNOWN.likely()).isEmpty();
        assertThat(Profile.UNKNOWN.with(List.of())).isEqualTo(Profile.UNKNOWN);
    }

    @Test
    void theFirstRunIsBelieved() {
        assertThat(of(1_000).likely()).contains(ms(1_000));
    }

    @Test
    void medianAndSpreadTogetherAreLikely() {
        Profile profile = of(900, 1_000, 1_200, 1_050, 5_000);

        assertThat(profile.median()).isEqualTo(ms(1_050));
        assertThat(profile.spread()).as("of 0, 50, 150, 150, 3950").isEqualTo(ms(150));
        assertThat(profile.likely()).contains(ms(1_200));
    }

    @Test
    void anOddSecondRunFrightensNobody() {
        assertThat(of(1_000, 60_000).likely()).contains(ms(1_000));
    }

    /** Three quarters of a steady load end within what is likely; it is neither a wild guess nor the worst case. */
    @Test
    void itConvergesOnASteadyLoad() {
        for (int round = 0; round < ROUNDS; round++) {
            long least = random.nextInt(10_000);
            int width = 1 + random.nextInt(10_000);
            Profile profile = Profile.UNKNOWN;
            for (int run = 0; run < 2 * Profile.WINDOW; run++) {
                profile = profile.with(List.of(least + random.nextInt(width)));
            }

            assertThat(profile.median().toMillis())
                    .as("with %s, from %d over %d", seed, least, width)
                    .isBetween(least + width / 10, least + width - width / 10);
            assertThat(profile.likely().orElseThrow()).isLessThanOrEqualTo(ms(least + width + width / 2));
        }
    }

    @Test
    void itFollowsAShiftWithinElevenRuns() {
        for (int round = 0; round < ROUNDS; round++) {
            long before = 1 + random.nextInt(100_000);
            long after = 1 + random.nextInt(100_000);
            Profile profile = Profile.UNKNOWN;
            for (int run = 0; run < 100; run++) {
                profile = profile.with(List.of(before));
            }
            for (int run = 0; run < Profile.WINDOW / 2; run++) {
                profile = profile.with(List.of(after));
            }
            assertThat(profile.median()).as("ten new ones are no majority").isEqualTo(ms(before));

            assertThat(profile.with(List.of(after)).likely().orElseThrow())
                    .as("with %s, from %d to %d: all that is left of the past is the spread", seed, before, after)
                    .isBetween(ms(after), ms(after + Math.abs(after - before)));
            assertThat(profile.with(List.of(after)).median()).isEqualTo(ms(after));
        }
    }

    @Test
    void oneOutlierDoesNotMoveIt() {
        for (int round = 0; round < ROUNDS; round++) {
            long steady = 1 + random.nextInt(100_000);
            Profile profile = Profile.UNKNOWN;
            int runs = 3 + random.nextInt(40);
            int odd = random.nextInt(runs);
            for (int run = 0; run < runs; run++) {
                profile = profile.with(List.of(run == odd ? random.nextInt(10_000_000) : steady));
            }

            assertThat(profile.likely())
                    .as("with %s, run %d of %d was odd", seed, odd, runs)
                    .contains(ms(steady));
        }
    }

    /** Those that end last are the longest; a burst must not be remembered by them. */
    @Test
    void aBurstIsTakenInAsAFewThatStandForIt() {
        List<Long> burst = LongStream.rangeClosed(1, 10_000).boxed().toList();

        Profile profile = Profile.UNKNOWN.with(burst);

        assertThat(profile.median()).isBetween(ms(4_500), ms(5_500));
        assertThat(profile.spread()).isBetween(ms(1_500), ms(3_500));
        assertThat(profile.values())
                .hasEntrySatisfying(
                        "recent", recent -> assertThat((List<?>) recent).hasSize(Profile.MOST_AT_ONCE));
        Profile old = of(LongStream.generate(() -> 7).limit(30).toArray());
        assertThat(old.with(burst).median()).as("one burst is no majority").isEqualTo(ms(7));
        assertThat(old.with(burst).with(burst).median()).as("two are").isBetween(ms(2_000), ms(8_000));
    }

    @Test
    void theOrderInWhichABurstEndsDoesNotMatter() {
        List<Long> burst =
                new ArrayList<>(random.longs(1_000, 0, 60_000).boxed().toList());
        Profile once = of(5).with(burst);
        Collections.shuffle(burst, random);

        assertThat(of(5).with(burst)).as("with %s", seed).isEqualTo(once);
    }

    /** What two instances have learned is both in it, whichever wrote first. */
    @Test
    void instancesThatWriteOneAfterTheOtherLearnTheSame() {
        for (int round = 0; round < ROUNDS; round++) {
            Profile stored = of(random.longs(random.nextInt(10), 0, 100_000).toArray());
            List<Long> a = random.longs(random.nextInt(5), 0, 100_000).boxed().toList();
            List<Long> b = random.longs(random.nextInt(5), 0, 100_000).boxed().toList();

            assertThat(stored.with(a).with(b).likely())
                    .as("with %s", seed)
                    .isEqualTo(stored.with(b).with(a).likely());
        }
    }

    @Test
    void aCellKeepsItAndItsSizeIsFixed() {
        Profile profile = of(random.longs(100, 0, 100_000).toArray());
        Map<String, ?> values = profile.values();

        assertThat(Profile.of(values)).isEqualTo(profile);
        assertThat(values).containsOnlyKeys("recent");
        assertThat((List<?>) values.get("recent")).hasSize(Profile.WINDOW);
    }

    @Test
    void whatIsNoDurationInACellCountsAsNothing() {
        assertThat(Profile.of(Map.of())).isEqualTo(Profile.UNKNOWN);
        assertThat(Profile.of(Map.of("recent", "soon"))).isEqualTo(Profile.UNKNOWN);
        assertThat(Profile.of(Map.of("recent", Arrays.asList(5L, -1L, null, "x", 7L))))
                .isEqualTo(of(5, 7));
    }
}
