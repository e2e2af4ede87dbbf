package dev.heartbeat.cronutils;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** cron-utils, the translation to it and the guard around it, against a second reading of each dialect. */
class DialectOracleTest {
    private static final int EXPRESSIONS = 4_000;
    private static final int FIRES = 4;
    /** The oracle looks ahead for so long, and the timings end there. */
    private static final LocalDateTime END = LocalDateTime.of(2100, 1, 1, 0, 0);

    private final Seed seed = new Seed();
    private final Random random = seed.random();

    @ParameterizedTest
    @EnumSource
    void everyFireIsWhatAnotherReadingFinds(CronDialect dialect) {
        RandomDialect texts = new RandomDialect(dialect, random);
        int found = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            String text = texts.next();
            OracleDialect oracle = new OracleDialect(dialect, text);
            Timing timing = dialect.timing(text);
            LocalDateTime at = LocalDateTime.of(2020, 1, 1, 0, 0).plusSeconds(random.nextInt(500_000_000));
            List<LocalDateTime> fires = new ArrayList<>();
            for (int k = 0; k < FIRES; k++) {
                LocalDateTime want =
                        oracle.next(at).filter(time -> time.isBefore(END)).orElse(null);
                assertThat(next(timing, at).orElse(null))
                        .as("%s after %s, %s", timing, at, seed)
                        .isEqualTo(want);
                if (want == null) {
                    break;
                }
                fires.add(want);
                at = want;
            }
            found += fires.size();
            for (int k = 1; k < fires.size(); k++) {
                checkPrevious(timing, fires.get(k - 1), fires.get(k));
            }
        }
        assertThat(found).as("fires compared, %s", seed).isGreaterThan(EXPRESSIONS * 2);
    }

    private void checkPrevious(Timing timing, LocalDateTime fire, LocalDateTime next) {
        long gap = Duration.between(fire, next).toSeconds();
        for (LocalDateTime before :
                List.of(next, fire.plusSeconds(1), fire.plusSeconds(1 + (long) (random.nextDouble() * (gap - 1))))) {
            assertThat(previous(timing, before))
                    .as("%s before %s, %s", timing, before, seed)
                    .contains(fire);
        }
    }

    private static Optional<LocalDateTime> next(Timing timing, LocalDateTime after) {
        return local(timing.next(after.toInstant(ZoneOffset.UTC), ZoneOffset.UTC, DstPolicy.VIXIE));
    }

    private static Optional<LocalDateTime> previous(Timing timing, LocalDateTime before) {
        return local(timing.previous(before.toInstant(ZoneOffset.UTC), ZoneOffset.UTC, DstPolicy.VIXIE));
    }

    private static Optional<LocalDateTime> local(Optional<Instant> instant) {
        return instant.map(fire -> LocalDateTime.ofInstant(fire, ZoneOffset.UTC));
    }
}
