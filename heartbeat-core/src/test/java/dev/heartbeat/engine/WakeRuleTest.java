package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RandomDocument;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule B19: what a pulse has left due does not wake the ticker again; only what comes later does. */
class WakeRuleTest {
    private static final GivenDocument HOURLY =
            GivenDocument.of("0 * * * *").ran("09:00").edited(edit -> edit.catchUp(CatchUp.all(2)));

    @ParameterizedTest(name = "at {0}: {1}")
    @CsvSource({"09:30, 10:00", "09:59:59.999, 10:00", "10:00, 11:00", "12:40, 13:00"})
    void aBacklogWakesAtTheNextFireAndNotAtOnce(String now, String wake) {
        assertThat(WakeRule.after(HOURLY.stored(), at(now))).isEqualTo(at(wake));
    }

    @Test
    void aStartThatIsAskedForIsAlreadyDueAndWakesNobody() {
        StoredSchedule asked =
                GivenDocument.of("0 * * * *").ran("09:00").lastRun(LastRun.NULL).stored();

        assertThat(WakeRule.after(asked, at("09:30"))).isEqualTo(at("10:00"));
    }

    @Test
    void aRetryWakesAtItsTimeAndOneThatIsDueWakesNobody() {
        StoredSchedule waiting = GivenDocument.of("0 * * * *")
                .ran("09:00")
                .pending(PendingFire.State.WAITING, "09:00", 1, "09:05")
                .stored();

        assertThat(WakeRule.after(waiting, at("09:04"))).isEqualTo(at("09:05"));
        assertThat(WakeRule.after(waiting, at("09:05"))).isEqualTo(Instant.MAX);
    }

    @Test
    void aBackfillWakesNobodyAndTheNextFireOfTheTimingDoes() {
        StoredSchedule backfilled = GivenDocument.of("0 * * * *")
                .ran("09:00")
                .backfill("05:00", "08:00", "05:00")
                .stored();

        assertThat(backfilled.wakeAt()).isEqualTo(Instant.MIN);
        assertThat(WakeRule.after(backfilled, at("09:30"))).isEqualTo(at("10:00"));
        StoredSchedule once = GivenDocument.of("@at 2026-02-15T09:00:00Z")
                .ran("09:00")
                .backfill("08:00", "09:01", "09:00")
                .stored();
        assertThat(WakeRule.after(once, at("09:30"))).isEqualTo(Instant.MAX);
    }

    @Test
    void whatNeverFiresAgainWakesNobody() {
        StoredSchedule once = GivenDocument.of("@at 2026-02-15T09:00:00Z").stored();

        assertThat(WakeRule.after(once, at("08:00"))).isEqualTo(at("09:00"));
        assertThat(WakeRule.after(once, at("09:00"))).isEqualTo(Instant.MAX);
    }

    @Test
    void aTimingThatThrowsWakesNobody() {
        Timing broken = new Timing() {
            @Override
            public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
                throw new IllegalStateException("out of order");
            }

            @Override
            public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
                throw new IllegalStateException("out of order");
            }

            @Override
            public String text() {
                return "broken";
            }
        };
        StoredSchedule seen = GivenDocument.of(
                        Schedule.builder("s", broken, "t").build())
                .ran("09:00")
                .stored();

        assertThat(WakeRule.after(seen, at("09:30"))).isEqualTo(Instant.MAX);
    }

    @Test
    void itIsNeverNowOrEarlierForAnyDocument() {
        Seed seed = new Seed();
        Random random = seed.random();
        for (int i = 0; i < 20_000; i++) {
            StoredSchedule seen = RandomDocument.stored(random);
            Instant now = RandomDocument.instant(random);

            assertThat(WakeRule.after(seen, now))
                    .as("%s at %s with %s", seen, now, seed)
                    .isAfter(now);
        }
    }
}
