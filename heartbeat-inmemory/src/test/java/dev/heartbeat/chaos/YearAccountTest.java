package dev.heartbeat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.chaos.Behaviour.Kind;
import dev.heartbeat.chaos.History.OfSchedule;
import dev.heartbeat.chaos.Plan.Act;
import dev.heartbeat.chaos.Plan.InstanceSpec;
import dev.heartbeat.chaos.Plan.Origin;
import dev.heartbeat.chaos.Plan.ScheduleSpec;
import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.inmemory.Fire;
import dev.heartbeat.inmemory.Simulation;
import dev.heartbeat.inmemory.SimulationResult;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A year of 200 schedules, added up like an account: each fire that the oracle expects is settled by a run, counted in a
 * series, or open at the end, and nothing else is there. What people ask for is counted apart.
 */
class YearAccountTest {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat.chaos");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration BEAT = Duration.ofMinutes(30);
    private static final String EXPECTED = "expected by the oracle";
    private static final String SETTLED = "settled by a run";
    private static final String COUNTED = "counted in a series";
    private static final String OPEN = "open at the end";
    private static final String FORCED = "asked for by people";
    private static final String[] ZONES = {
        "UTC",
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Africa/Cairo",
        "Pacific/Auckland"
    };

    private final long seed = Long.getLong("heartbeat.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<String, Integer> account = new TreeMap<>();
    private final List<Duration> outages = new ArrayList<>();

    @Test
    void everyFireOfAYearIsSettledOrCountedOrOpenWhateverPeopleAndMachinesDo() {
        List<ScheduleSpec> schedules = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            schedules.add(schedule(i));
        }
        try (Crew crew = new Crew();
                World world = new World(plan(schedules), crew, store -> store)) {
            History history = new History(world.play());

            for (OfSchedule schedule : history.schedules()) {
                new ForceCheck(history, violation -> {
                            throw new AssertionError(violation + ", -Dheartbeat.seed=" + seed);
                        })
                        .check(schedule);
                add(schedule, history);
            }
        }
        balance();
        assertThat(account.get(FORCED)).isBetween(100, 300);
    }

    @Test
    void everyFireOfAYearInTheSimulatorIsSettledOrCountedOrOpen() {
        List<Schedule> schedules = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Schedule schedule = schedule(i).definition(START);
            schedules.add(i % 50 == 11 ? schedule.toBuilder().runAtFirstPulse().build() : schedule);
        }
        Simulation simulation = Simulation.of(schedules).pulseEvery(BEAT).jitter(Duration.ofMinutes(4), seed);
        for (int i = 0; i < 40; i++) {
            String task = pick(schedules).task();
            simulation
                    .takes(task, Duration.ofSeconds(random.nextInt(100)))
                    .answers(task, TaskResult.failed("on purpose"), TaskResult.done(), TaskResult.failed("again"));
        }
        for (int i = 0; i < 12; i++) {
            Instant from = START.plus(anywhere());
            simulation.outage(from, from.plusSeconds(1 + random.nextInt(5 * 24 * 3_600)));
        }

        SimulationResult year = simulation.run(START, YEAR);

        Instant end = year.pulses().get(year.pulses().size() - 1).startedAt();
        schedules.forEach(schedule -> add(schedule, year, end));
        balance();
        assertThat(account.get(FORCED)).isBetween(1, 4);
    }

    private void balance() {
        LOGGER.log(System.Logger.Level.INFO, "the account of a year, -Dheartbeat.seed=" + seed + ": " + account);
        assertThat(account.get(EXPECTED))
                .as("%s, -Dheartbeat.seed=%s", account, seed)
                .isEqualTo(account.get(SETTLED) + account.get(COUNTED) + account.getOrDefault(OPEN, 0))
                .isGreaterThan(30_000);
        assertThat(account.get(COUNTED)).isGreaterThan(500);
    }

    private void add(Schedule schedule, SimulationResult year, Instant end) {
        NavigableSet<Instant> expected =
                new FireOracle(schedule.timing().text(), schedule.zone(), schedule.dst()).fires(START, end);
        expected.removeIf(fire -> !isAllowed(schedule, fire));
        account.merge(EXPECTED, expected.size(), Integer::sum);
        boolean forced = false;
        for (Fire fire : year.firesOf(schedule.id())) {
            boolean settled = expected.remove(fire.at());
            assertThat(settled || (schedule.runsAtFirstPulse() && !forced))
                    .as("%s is asked for once, -Dheartbeat.seed=%s", fire, seed)
                    .isTrue();
            forced |= !settled;
            account.merge(!settled ? FORCED : fire.attempts() > 0 ? SETTLED : COUNTED, 1, Integer::sum);
        }
        PendingFire pending = Objects.requireNonNull(year.snapshot().schedules().get(schedule.id()))
                .state()
                .pending();
        for (Instant left : expected) {
            assertThat(pending)
                    .as("%s of %s is open, -Dheartbeat.seed=%s", left, schedule, seed)
                    .isNotNull();
            account.merge(OPEN, 1, Integer::sum);
        }
    }

    private static boolean isAllowed(Schedule schedule, Instant fire) {
        return schedule.notBefore().filter(fire::isBefore).isEmpty()
                && schedule.notAfter().filter(after -> !fire.isBefore(after)).isEmpty();
    }

    private void add(OfSchedule schedule, History history) {
        Schedule rule = schedule.rules.values().iterator().next();
        Instant end = history.settledBy();
        Map<Instant, String> found = new HashMap<>();
        for (RunRecord entry : schedule.ledger) {
            if (entry.key().startsWith("force-")) {
                account.merge(FORCED, 1, Integer::sum);
            } else if (entry.attempt() > 0) {
                put(found, entry.fireTime(), SETTLED, entry);
            } else {
                NavigableSet<Instant> fires =
                        history.fires(rule, entry.firstFire().minusNanos(1), entry.fireTime());
                fires.forEach(fire -> put(found, fire, COUNTED, entry));
                assertThat(fires).as("%s, -Dheartbeat.seed=%s", entry, seed).hasSize(entry.count());
            }
        }
        PendingFire pending = schedule.document.state().pending();
        if (pending != null && !pending.forced()) {
            put(found, pending.fireTime(), OPEN, pending);
        }
        for (FireSeries series : pending == null ? List.<FireSeries>of() : pending.missed()) {
            history.fires(rule, series.first().minusNanos(1), series.last())
                    .forEach(fire -> put(found, fire, OPEN, series));
        }
        Instant cursor = schedule.document.state().cursor();
        for (Instant fire : history.fires(rule, START, history.outcome.end())) {
            if (isAllowed(rule, fire) && !fire.isAfter(end)) {
                account.merge(EXPECTED, 1, Integer::sum);
                boolean due = cursor == null || fire.isAfter(cursor);
                String how = due ? OPEN : found.get(fire);
                assertThat(how)
                        .as("%s of %s, -Dheartbeat.seed=%s", fire, schedule.spec, seed)
                        .isNotNull();
                account.merge(how, 1, Integer::sum);
            }
            found.remove(fire);
        }
        assertThat(found)
                .as("no fires, of %s, -Dheartbeat.seed=%s", schedule.spec, seed)
                .isEmpty();
    }

    private void put(Map<Instant, String> found, Instant fire, String how, Object entry) {
        assertThat(found.put(fire, how))
                .as("%s twice, -Dheartbeat.seed=%s", entry, seed)
                .isNull();
    }

    private Plan plan(List<ScheduleSpec> schedules) {
        List<InstanceSpec> instances = List.of(
                new InstanceSpec("a", Duration.ZERO, false, ""),
                new InstanceSpec("b", Duration.ofSeconds(20), false, ""));
        List<Act> acts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            outages.add(anywhere());
        }
        for (Duration beat = BEAT; beat.compareTo(YEAR) < 0; beat = beat.plus(BEAT)) {
            Duration at = beat.plusSeconds(random.nextInt(240));
            if (outages.stream().noneMatch(from -> isOutage(from, at))) {
                acts.add(new Act(at, new Deed.Pulse(random.nextInt(10) == 0 ? "b" : "a", false)));
            }
        }
        for (int i = 0; i < 300; i++) {
            acts.add(new Act(anywhere(), new Deed.Force(pick(schedules).id())));
        }
        for (int i = 0; i < 60; i++) {
            acts.add(new Act(
                    anywhere(), new Deed.PauseFor(pick(schedules).id(), Duration.ofHours(random.nextInt(500)))));
        }
        for (int i = 0; i < 24; i++) {
            Duration at = anywhere();
            acts.add(new Act(at, random.nextBoolean() ? new Deed.Crash("a") : new Deed.Close("a")));
            acts.add(new Act(at.plusSeconds(30), new Deed.Start("a")));
        }
        acts.sort(Comparator.comparing(Act::at));
        Plan.Settings settings =
                new Plan.Settings(BEAT, Duration.ofSeconds(60), Duration.ofSeconds(20), 16, Duration.ofNanos(1_000));
        return new Plan(seed, START, settings, instances, schedules, acts, YEAR, Duration.ofMinutes(15));
    }

    /** Each outage lasts up to five days; its length follows from its start. */
    private static boolean isOutage(Duration from, Duration at) {
        Duration length = Duration.ofMinutes(from.toSeconds() % (5 * 24 * 60));
        return at.compareTo(from) >= 0 && at.compareTo(from.plus(length)) < 0;
    }

    private ScheduleSpec schedule(int number) {
        return new ScheduleSpec(
                "s" + number,
                cron(number),
                pick(List.of(ZONES)),
                pick(List.of(DstPolicy.values())),
                1 + random.nextInt(3),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                pick(List.of(Priority.values())),
                random.nextInt(4) == 0 ? "browser" : null,
                random.nextInt(20) == 0 ? anywhere().dividedBy(2) : null,
                random.nextInt(20) == 0 ? YEAR.plus(anywhere()).dividedBy(2) : null,
                Origin.DEFINED,
                calls());
    }

    private List<Behaviour> calls() {
        List<Behaviour> calls = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Duration takes = Duration.ofSeconds(random.nextInt(4) == 0 ? random.nextInt(100) : 0);
            calls.add(Behaviour.of(random.nextInt(3) == 0 ? pick(List.of(Kind.values())) : Kind.DONE, takes));
        }
        return calls;
    }

    private String cron(int number) {
        int minute = random.nextInt(60);
        int hour = random.nextInt(24);
        return switch (number % 100) {
            case 0 -> minute + " * * * *";
            case 1 -> "@every PT" + (1 + random.nextInt(9)) + "H";
            case 2 -> "*/" + (5 + random.nextInt(50)) + " " + hour + " * * *";
            case 3, 4 -> minute + " 1-3 * * *";
            case 5, 6, 7 -> "@at " + START.plus(anywhere());
            case 8 -> minute + " " + hour + " 29-31 * *";
            case 9 -> minute + " 2 * * 0";
            case 10 -> "*/17 * 1 * *";
            default ->
                minute + " " + hour + " * * " + (random.nextInt(3) == 0 ? "*" : pick(List.of("0", "1-3", "6,3")));
        };
    }

    private Duration anywhere() {
        return Duration.ofSeconds(random.nextInt((int) YEAR.toSeconds()));
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
