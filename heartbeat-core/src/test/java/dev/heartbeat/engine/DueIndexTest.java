package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.RandomDocument;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the index of a store may rely on. */
class DueIndexTest {
    private static final int DOCUMENTS = 50_000;

    private final Seed seed = new Seed();

    @Test
    void aScheduleThatIsDueIsNeverIndexedLaterThanNow() {
        Random random = seed.random();
        int due = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            StoredSchedule seen = RandomDocument.stored(random);
            Instant now = RandomDocument.instant(random);
            Instant storeNow = random.nextBoolean() ? now : RandomDocument.instant(random);

            Decision decision =
                    DueRule.decide(seen, now, storeNow, 1 + random.nextInt(4), OneDocument.STALE, Window.NONE);

            if (decision.candidate() != null) {
                due++;
                Instant later = now.isAfter(storeNow) ? now : storeNow;
                assertThat(seen.wakeAt())
                        .as("%s of %s at %s, store %s, with %s", decision, seen, now, storeNow, seed)
                        .isBeforeOrEqualTo(later);
            }
        }
        assertThat(due).as("due with %s", seed).isBetween(DOCUMENTS / 10, DOCUMENTS * 9 / 10);
    }

    @Test
    void aDecisionIsACandidateOrAReason() {
        Random random = seed.random();
        for (int i = 0; i < DOCUMENTS / 10; i++) {
            StoredSchedule seen = RandomDocument.stored(random);
            Instant now = RandomDocument.instant(random);

            Decision decision = DueRule.decide(seen, now, now, 3, OneDocument.STALE, Window.NONE);

            assertThat(decision.reason().isEmpty())
                    .as("%s of %s at %s with %s", decision, seen, now, seed)
                    .isEqualTo(decision.candidate() != null);
            assertThat(DueRule.decide(seen, now, now, 3, OneDocument.STALE, Window.NONE))
                    .as("a replay")
                    .isEqualTo(decision);
        }
    }
}
