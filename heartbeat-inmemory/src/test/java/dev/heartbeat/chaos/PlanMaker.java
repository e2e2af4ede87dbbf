package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Behaviour.Kind;
import dev.heartbeat.chaos.Plan.Act;
import dev.heartbeat.chaos.Plan.InstanceSpec;
import dev.heartbeat.chaos.Plan.Origin;
import dev.heartbeat.chaos.Plan.ScheduleSpec;
import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.task.Breaker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Makes a plan from a seed. */
final class PlanMaker {
    private static final Duration CALM = Duration.ofMinutes(15);
    static final Instant[] STARTS = {
        Instant.parse("2026-02-15T08:00:00Z"),
        Instant.parse("2026-03-08T06:20:00Z"), // New York goes forward at 07:00
        Instant.parse("2026-11-01T05:20:00Z"), // and back at 06:00
        Instant.parse("2026-03-29T00:20:00Z"), // London goes forward at 01:00
        Instant.parse("2026-04-04T14:30:00Z"), // Lord Howe goes back half an hour at 15:00
        Instant.parse("2026-12-31T23:10:00Z")
    };
    static final String[] ZONES = {"UTC", "America/New_York", "Europe/London", "Australia/Lord_Howe"};
    static final String[] CRONS = {
        "* * * * *",
        "*/2 * * * *",
        "*/5 * * * *",
        "*/10 * * * *",
        "7,23,41 * * * *",
        "0 * * * *",
        "0,30 1-3 * * *",
        "@every PT3M",
        "@every PT90S",
        "@every PT17M"
    };
    private static final String[] VERBS = {
        "findDue",
        "claim",
        "claim",
        "renew",
        "release",
        "record",
        "record",
        "heartbeat",
        "saveHeartbeat",
        "savePulse",
        "schedule",
        "appendRuns",
        "edit",
        "read",
        "compareAndSet",
        ""
    };
    /** The answers that may come by token. */
    private static final Kind[] ANSWERS = {Kind.DONE, Kind.DONE, Kind.SKIP, Kind.FAIL, Kind.RETRY_AFTER, Kind.ACCEPT};

    private final Random random;
    private final List<Act> acts = new ArrayList<>();
    private final List<Duration> pulses = new ArrayList<>();
    private final long seed;
    private Duration interval = Duration.ZERO;
    private Duration trouble = Duration.ZERO;

    private PlanMaker(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    static Plan plan(long seed) {
        return new PlanMaker(seed).make();
    }

    private Plan make() {
        Instant start = pick(STARTS).plusSeconds(random.nextInt(600));
        interval = Duration.ofMinutes(pick(new Integer[] {1, 2, 5, 10}));
        trouble = interval.multipliedBy(4 + random.nextInt(7));
        Plan.Settings settings = new Plan.Settings(
                interval,
                Duration.ofSeconds(pick(new Integer[] {5, 20, 60})),
                Duration.ofSeconds(pick(new Integer[] {10, 20})),
                pick(new Integer[] {1, 2, 16}),
                Duration.ofMillis(chance(8) ? 1_500 : 20),
                new Plan.Limits(
                        new Breaker(1 + random.nextInt(3), Duration.ofSeconds(20 + random.nextInt(160))),
                        1 + random.nextInt(2),
                        pick(new Integer[] {1, 2, 100})));
        List<ScheduleSpec> schedules = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            schedules.add(schedule("s" + i, start));
        }
        List<InstanceSpec> instances = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            instances.add(new InstanceSpec(
                    String.valueOf((char) ('a' + i - 1)),
                    chance(4) ? skew() : Duration.ZERO,
                    chance(3),
                    chance(12) ? schedules.get(0).task() : ""));
        }
        instances.forEach(this::pulses);
        for (int i = 2 + random.nextInt(14); i > 0; i--) {
            harm(pick(instances).name(), schedules);
        }
        for (int i = random.nextInt(12); i > 0; i--) {
            edit(pick(schedules), start);
        }
        for (int i = random.nextInt(8); i > 0; i--) {
            operate(pick(schedules), pick(instances).name());
        }
        acts.sort(Comparator.comparing(Act::at));
        return new Plan(seed, start, settings, instances, schedules, List.copyOf(acts), trouble, CALM);
    }

    private ScheduleSpec schedule(String id, Instant start) {
        boolean isGuarded = chance(4);
        List<Behaviour> calls = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            calls.add(isGuarded && !chance(3) ? Behaviour.of(Kind.FAIL, takes()) : behaviour());
        }
        boolean oneOff = chance(12);
        return new ScheduleSpec(
                id,
                oneOff ? oneOff(start) : pick(CRONS),
                chance(2) ? "UTC" : pick(ZONES),
                pick(DstPolicy.values()),
                pick(new Integer[] {1, 1, 2, 3}),
                Duration.ofSeconds(pick(new Integer[] {0, 5, 30})),
                Duration.ofSeconds(pick(new Integer[] {4, 20, 60})),
                pick(Priority.values()),
                chance(3) ? Plan.QUEUE : null,
                chance(10) ? anywhere() : null,
                chance(10) ? trouble.plus(anywhere()) : null,
                oneOff ? pick(new Origin[] {Origin.DEFINED, Origin.BY_HAND}) : pick(Origin.values()),
                isGuarded ? Plan.Limits.GUARDED : chance(4) ? Plan.Limits.LIMITED : ScheduleSpec.TASK + id,
                isGuarded && chance(3) ? "circuit-of-" + id : null,
                catchUp(),
                calls);
    }

    private CatchUp catchUp() {
        CatchUp catchUp = chance(2)
                ? CatchUp.once()
                : pick(List.of(CatchUp.skip(), CatchUp.all(), CatchUp.all(2), CatchUp.all(5)));
        return chance(5) ? catchUp.within(Duration.ofSeconds(60 + random.nextInt(1_200))) : catchUp;
    }

    private String oneOff(Instant start) {
        return "@at " + start.plusSeconds(anywhere().toSeconds());
    }

    private Behaviour behaviour() {
        Duration takes = takes();
        Kind kind = chance(2) ? Kind.DONE : chance(4) ? Kind.ACCEPT : pick(Kind.values());
        return switch (kind) {
            case RETRY_AFTER -> new Behaviour(kind, takes, Duration.ofSeconds(random.nextInt(90)), null);
            case ACCEPT ->
                new Behaviour(
                        kind, takes, Duration.ofSeconds(5 + random.nextInt(100)), chance(4) ? null : elsewhere(100));
            default -> new Behaviour(kind, takes, Duration.ZERO, chance(12) ? elsewhere(10) : null);
        };
    }

    private Duration takes() {
        return chance(3)
                ? Duration.ZERO
                : chance(5) ? Duration.ofSeconds(10 + random.nextInt(80)) : Duration.ofMillis(random.nextInt(12_000));
    }

    private Behaviour.Elsewhere elsewhere(int mostSeconds) {
        return new Behaviour.Elsewhere(
                Duration.ofMillis(random.nextInt(mostSeconds * 1_000)), pick(ANSWERS), chance(3) ? 2 : 1);
    }

    /** Pulses as a source sends them: about on time, late, twice, or not at all. */
    private void pulses(InstanceSpec instance) {
        if (instance.ticker() && chance(2)) {
            return;
        }
        for (Duration beat = Duration.ofSeconds(random.nextInt(30)); beat.compareTo(trouble) < 0; ) {
            if (!chance(6)) {
                Duration at = beat.plusMillis(random.nextInt(chance(4) ? (int) interval.toMillis() : 1_500));
                boolean awaitsRuns = chance(8);
                at(at, new Deed.Pulse(instance.name(), awaitsRuns));
                pulses.add(at);
                if (chance(10)) {
                    at(at.plusMillis(random.nextInt(1_000)), new Deed.Pulse(instance.name(), awaitsRuns));
                }
            }
            beat = beat.plus(interval);
        }
    }

    private void harm(String instance, List<ScheduleSpec> schedules) {
        Duration when = somewhere();
        switch (random.nextInt(10)) {
            case 6:
                at(when, new Deed.Look(instance));
                break;
            case 0:
                at(when, new Deed.Crash(instance));
                at(when.plusSeconds(random.nextInt(120)), new Deed.Start(instance));
                break;
            case 1:
                at(when, new Deed.Close(instance));
                at(when.plusSeconds(1 + random.nextInt(120)), new Deed.Start(instance));
                break;
            case 2:
                at(when, new Deed.Freeze(instance, Duration.ofMillis(random.nextInt(60_000))));
                break;
            case 3:
                at(when, new Deed.Skew(instance, skew()));
                break;
            case 5:
                deadly(when, instance, pick(schedules).id());
                break;
            case 4:
                at(when, new Deed.CutOff(instance, Duration.ofMillis(random.nextInt(60_000))));
                break;
            default:
                at(when, new Deed.Arm(instance, fault()));
                at(when.plusSeconds(60 + random.nextInt(60)), new Deed.Start(instance)); // it may have died of it
                break;
        }
    }

    /** A run that somebody asks for kills its process, and is asked for again. */
    private void deadly(Duration when, String instance, String schedule) {
        at(when, new Deed.Force(schedule));
        at(when.plusMillis(1), new Deed.Arm(instance, new Fault("record", Fault.Kind.DIES_BEFORE, Duration.ZERO)));
        at(when.plusMillis(2), new Deed.Pulse(instance, false));
        at(when.plusMillis(random.nextInt(60_000)), new Deed.Force(schedule));
        at(when.plusSeconds(random.nextInt(120)), new Deed.Start(instance));
    }

    private Fault fault() {
        Fault.Kind kind = pick(Fault.Kind.values());
        boolean takesTime = kind == Fault.Kind.DELAYED
                || kind == Fault.Kind.ANSWERED_LATE
                || kind == Fault.Kind.REORDERED
                || kind == Fault.Kind.DUPLICATED;
        return new Fault(pick(VERBS), kind, takesTime ? Duration.ofMillis(random.nextInt(40_000)) : Duration.ZERO);
    }

    private void edit(ScheduleSpec schedule, Instant start) {
        Duration when = somewhere();
        Duration later = when.plusMillis(random.nextInt(120_000));
        String id = schedule.id();
        switch (random.nextInt(15)) {
            case 0:
            case 1:
            case 2:
            case 3:
                at(when, chance(2) ? new Deed.Force(id) : new Deed.RunNow(id));
                break;
            case 4:
                at(when, new Deed.Time(id, chance(6) ? oneOff(start) : pick(CRONS)));
                break;
            case 5:
                at(when, new Deed.Enable(id, false));
                at(later, new Deed.Enable(id, true));
                break;
            case 6:
                at(when, new Deed.Touch(id));
                break;
            case 7:
                at(when, new Deed.PauseFor(id, Duration.ofSeconds(random.nextInt(300))));
                break;
            case 8:
                at(when, new Deed.PauseFor(id, Duration.ofHours(5)));
                at(later, new Deed.Resume(id));
                break;
            case 9:
                at(when, new Deed.MoveLastRun(id, Duration.ofSeconds(random.nextInt(600) - 300)));
                break;
            case 10:
            case 11:
                at(when, new Deed.Load(id));
                at(later, new Deed.Save(id));
                break;
            case 12:
                at(when, new Deed.Forget(id));
                break;
            case 13:
                at(when, new Deed.Spoil(id));
                at(later, new Deed.Mend(id));
                break;
            default:
                at(when, new Deed.Delete(id));
                at(later, new Deed.Define(id));
                break;
        }
    }

    /** What people do with what the engine holds: past fires, wide pauses, runs under way. */
    private void operate(ScheduleSpec schedule, String instance) {
        Duration when = somewhere();
        Duration later = when.plusMillis(random.nextInt(120_000));
        String id = schedule.id();
        switch (random.nextInt(8)) {
            case 0:
            case 1:
                Duration back = Duration.ofMillis(1 + random.nextInt(3_600_000));
                at(when, new Deed.Backfill(id, back, Duration.ofMillis(1 + random.nextInt(1_200_000)), chance(4)));
                if (chance(4)) {
                    at(later, new Deed.StopBackfill(id));
                }
                break;
            case 2:
                String paused = chance(2) ? Plan.QUEUE : "";
                at(when, new Deed.PauseWidely(paused, Duration.ofSeconds(random.nextInt(300))));
                break;
            case 3:
                String held = chance(2) ? Plan.QUEUE : "";
                at(when, new Deed.PauseWidely(held, Duration.ofHours(5)));
                at(later.compareTo(trouble) < 0 ? later : trouble.minusMillis(1), new Deed.ResumeWidely(held));
                break;
            case 4:
            case 5:
                at(when.plusMillis(random.nextInt(10_000)), new Deed.Cancel(id, instance));
                break;
            default:
                at(when, new Deed.Answer(id, instance, pick(Deed.Answer.Which.values()), pick(ANSWERS)));
                break;
        }
    }

    /** A wrong clock: a little, more than is tolerated, or by hours. */
    private Duration skew() {
        int most = pick(new Integer[] {2, 90, 600, 7_200});
        return Duration.ofSeconds(random.nextInt(2 * most + 1) - most);
    }

    private Duration anywhere() {
        return Duration.ofMillis(random.nextInt((int) trouble.toMillis()));
    }

    /** Anywhere, or in the middle of a pulse. */
    private Duration somewhere() {
        return pulses.isEmpty() || chance(2) ? anywhere() : pick(pulses).plusMillis(random.nextInt(120));
    }

    private void at(Duration when, Deed deed) {
        if (when.compareTo(trouble) < 0) {
            acts.add(new Act(when, deed));
        }
    }

    private boolean chance(int oneOf) {
        return random.nextInt(oneOf) == 0;
    }

    private <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
