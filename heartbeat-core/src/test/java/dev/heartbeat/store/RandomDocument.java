package dev.heartbeat.store;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Times;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Documents of every shape that a store may hold, around noon of 2026-02-15. */
public final class RandomDocument {
    private static final List<String> TIMINGS = List.of(
            "*/10 * * * *",
            "0 * * * *",
            "0 9 * * *",
            "30 2 * * 0",
            "0 0 1 * *",
            "@every PT7M",
            "@every PT90S",
            "@every PT5H",
            "@at 2026-02-15T12:10:00Z",
            "@at 2026-02-15T11:00:00Z",
            "@at 1999-01-01T00:00:00Z",
            "0 0 31 2 *");
    private static final List<String> ZONES = List.of("Z", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe");
    private static final Instant NOON = Times.at("12:00");

    private RandomDocument() {}

    /** Returns an instant up to six hours from noon; mostly on a minute, where fires and ends of pauses meet. */
    public static Instant instant(Random random) {
        long minutes = random.nextInt(720) - 360;
        Instant minute = NOON.plus(minutes - Math.floorMod(minutes, random.nextBoolean() ? 10 : 1), ChronoUnit.MINUTES);
        return random.nextInt(3) > 0 ? minute : minute.plusMillis(random.nextInt(60_000));
    }

    /** Returns a document as a store holds it. */
    public static StoredSchedule stored(Random random) {
        ScheduleDocument document = document(random);
        return new StoredSchedule(
                document.schedule(),
                document.lastRun(),
                document.lastResult(),
                document.pause(),
                document.state(),
                instant(random),
                new Version("v" + random.nextInt(1_000)));
    }

    /** Returns a document of plain fields. */
    public static ScheduleDocument document(Random random) {
        Schedule schedule = schedule(random);
        return new ScheduleDocument(
                schedule,
                lastRun(random),
                random.nextBoolean() ? null : Map.of("sent", random.nextLong()),
                random.nextInt(3) > 0 ? null : new Pause(instant(random), "ada", "holiday"),
                state(random, schedule));
    }

    private static Schedule schedule(Random random) {
        Schedule.Builder builder = Schedule.builder("s" + random.nextInt(100), any(random, TIMINGS), "send-mail")
                .zone(ZoneId.of(any(random, ZONES)))
                .dst(any(random, List.of(DstPolicy.values())))
                .priority(any(random, List.of(Priority.values())))
                .enabled(random.nextInt(10) > 0);
        if (random.nextInt(3) == 0) {
            builder.queue("browser").param("to", List.of("a", "b")).param("n", random.nextInt());
        }
        if (random.nextInt(3) == 0) {
            Duration first = Duration.ofMillis(random.nextInt(100_000));
            builder.timeout(Duration.ofMillis(1 + random.nextInt(100_000)))
                    .retry(Retry.attempts(1 + random.nextInt(5)).backoff(first, first.multipliedBy(3)));
        }
        if (random.nextInt(4) == 0) {
            builder.circuit("api.example.com");
        }
        if (random.nextInt(2) == 0) {
            builder.catchUp(catchUp(random));
        }
        Instant from = instant(random);
        if (random.nextInt(5) == 0) {
            builder.notBefore(from);
        }
        if (random.nextInt(5) == 0) {
            builder.notAfter(from.plus(1 + random.nextInt(400), ChronoUnit.MINUTES));
        }
        return builder.build();
    }

    /** Returns a catch-up of any kind. */
    public static CatchUp catchUp(Random random) {
        CatchUp catchUp =
                any(random, List.of(CatchUp.once(), CatchUp.skip(), CatchUp.all(), CatchUp.all(2 + random.nextInt(5))));
        return random.nextBoolean() ? catchUp : catchUp.within(Duration.ofMinutes(1 + random.nextInt(300)));
    }

    private static LastRun lastRun(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> LastRun.NULL;
            case 1 -> LastRun.MISSING;
            default -> LastRun.at(instant(random));
        };
    }

    private static ScheduleState state(Random random, Schedule schedule) {
        if (random.nextInt(4) == 0) {
            return ScheduleState.NEW;
        }
        return new ScheduleState(
                random.nextInt(5) == 0 ? null : instant(random),
                random.nextInt(4) == 0 ? null : instant(random).truncatedTo(ChronoUnit.MILLIS),
                random.nextInt(4) == 0 ? "an older rule" : schedule.rule(),
                random.nextBoolean() ? null : pending(random, schedule.id()),
                random.nextInt(4),
                random.nextInt(3) > 0 ? null : backfill(random));
    }

    private static Backfill backfill(Random random) {
        Instant from = instant(random);
        int minutes = 1 + random.nextInt(300);
        Instant next = from.plus(random.nextInt(minutes), ChronoUnit.MINUTES);
        return new Backfill(from, from.plus(minutes, ChronoUnit.MINUTES), random.nextInt(3) == 0 ? null : next, "ada");
    }

    private static PendingFire pending(Random random, String id) {
        PendingFire.State is = any(random, List.of(PendingFire.State.values()));
        boolean waits = is == PendingFire.State.WAITING;
        String key = "fire-" + random.nextInt(100);
        List<FireSeries> missed = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Instant first = instant(random);
            missed.add(new FireSeries(
                    random.nextBoolean() ? Outcome.MISSED : Outcome.SKIPPED,
                    random.nextBoolean() ? "coalesced" : "paused",
                    1 + random.nextInt(10_000),
                    random.nextBoolean(),
                    first,
                    first.plusSeconds(random.nextInt(1_000))));
        }
        return new PendingFire(
                key,
                instant(random),
                random.nextInt(4) == 0,
                random.nextInt(4) == 0,
                random.nextInt(5),
                is,
                waits ? null : RunToken.of(id, key, "r" + random.nextInt()),
                waits ? null : "owner",
                random.nextInt(20) == 0 ? null : instant(random),
                missed,
                random.nextInt(5) == 0,
                random.nextBoolean() ? "20260215T090000Z-" + random.nextInt() : null,
                random.nextInt(3) == 0 ? RunToken.of(id, key, "r" + random.nextInt()) : null,
                random.nextInt(3) == 0
                        ? new Progress(random.nextInt(101), random.nextBoolean() ? "" : "page 3")
                        : null);
    }

    private static <T> T any(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
