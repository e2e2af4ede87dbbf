package dev.heartbeat.inmemory;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Runs schedules through days or years in moments: the real engine over a store, a clock and threads of its own. Nothing
 * of the user's is touched but the code of tasks that is handed in.
 *
 * <pre>{@code
 * SimulationResult week = Simulation.of(schedule)
 *         .takes("report", Duration.ofSeconds(20))
 *         .run(Instant.parse("2026-03-02T00:00:00Z"), Duration.ofDays(7));
 * assertThat(week.firesOf("weekly-report")).hasSize(1);
 * }</pre>
 *
 * <p>Simulated time passes only while everything waits: a pulse, a task for as long as {@link #takes} says, a retry for its
 * wait. The same set-up gives the same result, whatever the machine; only the ids of pulses differ. A task that nobody
 * hands in succeeds at once.
 *
 * <p>Set-up methods check at the call and answer this simulation. Not thread-safe; {@link #run} may be called again and
 * begins anew each time.
 */
public final class Simulation {
    private static final Duration LONGEST = Duration.ofDays(366L * 100);
    private static final int LEDGER_ENTRIES = 10_000;
    private static final long MOST_PULSES = 1_000_000;
    private static final String SOURCE = "simulation";

    private final Map<String, Schedule> schedules = new LinkedHashMap<>();
    private final List<Consumer<? super Heartbeat.Builder>> settings = new ArrayList<>();
    private final Map<String, Task> tasks = new HashMap<>();
    private final Map<String, List<Duration>> durations = new HashMap<>();
    private final Map<String, List<TaskResult>> answers = new HashMap<>();
    private final List<Span> outages = new ArrayList<>();
    private final List<Deed> deeds = new ArrayList<>();
    private Duration interval = Duration.ofMinutes(10);
    private Duration jitter = Duration.ZERO;
    private long seed;

    private record Span(Instant from, Instant to) {
        boolean holds(Instant instant) {
            return !instant.isBefore(from) && instant.isBefore(to);
        }
    }

    /** What somebody does. */
    private record Deed(Instant at, Consumer<? super Heartbeat> deed) {}

    private Simulation(Collection<Schedule> all) {
        for (Schedule schedule : all) {
            if (schedules.put(schedule.id(), schedule) != null) {
                throw new IllegalArgumentException(
                        "simulation: schedule id '" + schedule.id() + "' is given twice; ids are unique");
            }
        }
    }

    /**
     * Starts a simulation of the schedules.
     *
     * @throws IllegalArgumentException if two have the same id
     */
    public static Simulation of(Schedule... schedules) {
        return of(Arrays.asList(schedules));
    }

    /**
     * Starts a simulation of the schedules.
     *
     * @throws IllegalArgumentException if two have the same id
     */
    public static Simulation of(Collection<Schedule> schedules) {
        return new Simulation(schedules);
    }

    /**
     * Changes settings of the heartbeat, such as its budget or parallelism. Its store, clock, executor, interval and grace
     * at shutdown are always the simulation's. Tasks registered here run as they are, in no time; {@link #task} hands one in
     * that may take time.
     */
    public Simulation setup(Consumer<? super Heartbeat.Builder> change) {
        settings.add(Objects.requireNonNull(change, "change"));
        return this;
    }

    /**
     * Sets the time from one pulse to the next, which is the heartbeat's interval too; 10 minutes unless set. The first
     * pulse comes when the simulation starts. One that would come while another is under way does not come.
     *
     * @throws IllegalArgumentException unless it is 1 second to 1 day
     */
    public Simulation pulseEvery(Duration time) {
        interval = between("pulseEvery", time, Duration.ofSeconds(1), Duration.ofDays(1));
        return this;
    }

    /**
     * Makes each pulse late by a random time, evenly from zero to the given one, which may be longer than the time between
     * pulses. The same seed gives the same times.
     *
     * @throws IllegalArgumentException unless it is 0 to 7 days
     */
    public Simulation jitter(Duration most, long seed) {
        jitter = between("jitter", most, Duration.ZERO, Duration.ofDays(7));
        this.seed = seed;
        return this;
    }

    /**
     * Lets no pulse come between the instants, the second one excluded. What is at work goes on.
     *
     * @throws IllegalArgumentException unless the second instant is later than the first
     */
    public Simulation outage(Instant from, Instant to) {
        if (!to.isAfter(from)) {
            throw new IllegalArgumentException("outage: end " + to + " is not allowed; later than its start " + from);
        }
        outages.add(new Span(from, to));
        return this;
    }

    /**
     * Lets somebody do something at the instant, or as soon as the pulse that is under way then has answered: edit, pause
     * or backfill a schedule, ask for a run. Of the same instant what was said first is done first, and before the pulse.
     *
     * @param deed what is done, with the heartbeat of the simulation; pulses are the simulation's to send
     */
    public Simulation at(Instant instant, Consumer<? super Heartbeat> deed) {
        deeds.add(new Deed(Objects.requireNonNull(instant, "instant"), Objects.requireNonNull(deed, "deed")));
        return this;
    }

    /**
     * Hands in a task with its code and all of its limits. Simulated time stands still while the code works, so it must not
     * wait for any to pass, its cancellation included: {@link #takes} says how long it takes.
     *
     * @throws IllegalArgumentException if one of its name was handed in, or has scripted answers
     */
    public Simulation task(Task task) {
        if (answers.containsKey(task.name()) || tasks.putIfAbsent(task.name(), task) != null) {
            throw new IllegalArgumentException("task '" + task.name()
                    + "' is not allowed: one of its name was handed in, or has scripted answers");
        }
        return this;
    }

    /**
     * Sets how long the calls of a task take, in the order of their starts; those after the last take as long as the last.
     * So {@code takes("report", Duration.ofMinutes(2), Duration.ofSeconds(5))} times out once. After its timeout a call is
     * interrupted and gives up at once. The code of a task that was handed in is called when the time has passed.
     *
     * @throws IllegalArgumentException unless each is zero to 7 days
     */
    public Simulation takes(String task, Duration first, Duration... then) {
        List<Duration> all = new ArrayList<>(List.of(first));
        all.addAll(Arrays.asList(then));
        all.forEach(each -> between("takes", each, Duration.ZERO, Duration.ofDays(7)));
        durations.put(Objects.requireNonNull(task, "task"), all);
        return this;
    }

    /**
     * Scripts what the calls of a task answer, one after the other in the order of their ends; what comes after the last
     * succeeds.
     *
     * @throws IllegalArgumentException if a task of that name was handed in
     */
    public Simulation answers(String task, TaskResult... results) {
        if (tasks.containsKey(Objects.requireNonNull(task, "task"))) {
            throw new IllegalArgumentException(
                    "answers: task '" + task + "' is not allowed; it was handed in with code of its own");
        }
        answers.computeIfAbsent(task, name -> new ArrayList<>()).addAll(List.of(results));
        return this;
    }

    /**
     * Runs it. The schedules are new at the start and wait for their first fires after it.
     *
     * @param from the start
     * @param duration how long it goes on, its end excluded; more than zero, at most 36,600 days and a million pulses
     * @return what happened
     * @throws IllegalArgumentException if the duration is not allowed
     * @throws IllegalStateException if what {@link #takes}, {@link #answers} or {@link #task} says has no effect, since no
     *     schedule has such a task or {@link #setup} registers it; if the instant of {@link #at} does not come; if the thread
     *     is interrupted; or if the engine broke
     */
    public SimulationResult run(Instant from, Duration duration) {
        between("run", duration, Duration.ofNanos(1), LONGEST);
        if (duration.dividedBy(interval) >= MOST_PULSES) {
            throw new IllegalArgumentException("run " + duration + " is not allowed; at most " + MOST_PULSES
                    + " pulses, which come every " + interval);
        }
        Set<String> known = new TreeSet<>();
        schedules.values().forEach(schedule -> known.add(schedule.task()));
        Set<String> unknown = scriptedNames();
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("simulation: takes, answers and task name " + unknown
                    + ", but no schedule has such a task; these do: " + known);
        }
        for (Deed deed : deeds) {
            if (deed.at().isBefore(from) || !deed.at().isBefore(from.plus(duration))) {
                throw new IllegalStateException("simulation: at " + deed.at() + " is not allowed with a run of "
                        + duration + " from " + from + ", in which that instant does not come");
            }
        }
        try (SimulatedTime time = new SimulatedTime(from)) {
            return new Run(time).go(from, from.plus(duration));
        }
    }

    private Set<String> scriptedNames() {
        Set<String> names = new TreeSet<>(durations.keySet());
        names.addAll(answers.keySet());
        names.addAll(tasks.keySet());
        return names;
    }

    /** One run of it. */
    private final class Run {
        private final SimulatedTime time;
        private final Map<String, Schedule> current = new HashMap<>(schedules);
        private final Deque<Deed> toDo = new ArrayDeque<>(
                deeds.stream().sorted(Comparator.comparing(Deed::at)).toList());
        private final Map<String, List<Fire>> fires = new LinkedHashMap<>();
        private final Map<String, Integer> started = new HashMap<>();
        private final Map<String, Integer> ended = new HashMap<>();
        private final Set<String> asked = new HashSet<>();
        private final Map<String, Optional<Task>> resolved = new HashMap<>();
        private final Set<String> ran = new HashSet<>();
        private final SortedMap<Instant, PulseStatus> statuses = new TreeMap<>();
        private boolean interrupted;
        private boolean over;

        Run(SimulatedTime time) {
            this.time = time;
            schedules.keySet().forEach(id -> fires.put(id, new ArrayList<>()));
        }

        SimulationResult go(Instant from, Instant to) {
            InMemoryHeartbeatStore.Builder keeping =
                    InMemoryHeartbeatStore.builder().clock(time).listening(this::entered);
            if (deeds.isEmpty()) { // nobody looks back, and a short history is fast
                keeping.keep(Duration.ofDays(1), LEDGER_ENTRIES);
            }
            InMemoryHeartbeatStore store = keeping.build();
            List<Pulse> pulses = new ArrayList<>();
            InMemorySnapshot left;
            try (Heartbeat heartbeat = heartbeat(store)) {
                schedules.values().forEach(heartbeat.schedules()::define);
                for (Instant due : pulseTimes(from, to)) {
                    doUntil(due, heartbeat);
                    if (!due.isBefore(time.instant())) {
                        if (!pulses.isEmpty()) {
                            look(heartbeat, due.minusNanos(1));
                        }
                        time.passUntil(due);
                        pulses.add(heartbeat.pulse(PulseRequest.from(SOURCE)));
                        look(heartbeat, time.instant());
                        checkInterrupt();
                    }
                }
                doUntil(to, heartbeat);
                look(heartbeat, to.minusNanos(1));
                over = true;
                left = store.snapshot();
            }
            checkScript();
            return new SimulationResult(fires, pulses, statuses, left);
        }

        private void doUntil(Instant end, Heartbeat heartbeat) {
            while (!toDo.isEmpty() && !toDo.peek().at().isAfter(end)) {
                Deed deed = toDo.remove();
                time.passUntil(deed.at());
                deed.deed().accept(heartbeat);
                for (String id : schedules.keySet()) { // it may have another timing now
                    heartbeat.schedules().find(id).ifPresent(schedule -> current.put(id, schedule));
                }
            }
        }

        private void look(Heartbeat heartbeat, Instant at) {
            time.passUntil(at);
            statuses.put(time.instant(), heartbeat.health().status());
        }

        /** An interrupt ends a simulation; the engine would only answer early, from one pulse to the next. */
        private void checkInterrupt() {
            if (interrupted || Thread.currentThread().isInterrupted()) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("simulation: interrupted at " + time.instant());
            }
        }

        private Heartbeat heartbeat(InMemoryHeartbeatStore store) {
            Heartbeat.Builder builder = Heartbeat.builder(store).name(SOURCE).upcoming(0);
            settings.forEach(change -> change.accept(builder));
            boolean timeless = durations.values().stream().flatMap(List::stream).allMatch(Duration::isZero);
            return builder.tasks(this::task)
                    .interval(interval)
                    .clock(time)
                    .executor(timeless ? Runnable::run : time) // nobody waits, so no threads are needed
                    .shutdownGrace(Duration.ZERO)
                    .build();
        }

        private List<Instant> pulseTimes(Instant from, Instant to) {
            Random random = new Random(seed);
            List<Instant> times = new ArrayList<>();
            for (Instant planned = from; planned.isBefore(to); planned = planned.plus(interval)) {
                Instant due =
                        jitter.isZero() ? planned : planned.plusNanos((long) (random.nextDouble() * jitter.toNanos()));
                if (due.isBefore(to) && outages.stream().noneMatch(outage -> outage.holds(due))) {
                    times.add(due);
                }
            }
            times.sort(null);
            return times;
        }

        private Optional<Task> task(String name) {
            asked.add(name);
            return resolved.computeIfAbsent(name, this::resolve);
        }

        private Optional<Task> resolve(String name) {
            Task task =
                    tasks.getOrDefault(name, Task.named(name, this::scripted).build());
            return Optional.of(task.withCode(context -> {
                Duration takes = nextDuration(name);
                if (!takes.isZero()) {
                    time.sleep(takes, context::cancelled);
                }
                try {
                    return task.code().execute(context);
                } finally { // the engine takes an interrupt for the task's
                    interrupted |= Thread.currentThread().isInterrupted() && !context.cancelled();
                }
            }));
        }

        private Duration nextDuration(String task) {
            List<Duration> all = durations.getOrDefault(task, List.of(Duration.ZERO));
            return all.get(Math.min(started.merge(task, 1, Integer::sum), all.size()) - 1);
        }

        private TaskResult scripted(TaskContext context) {
            int call = ended.merge(context.task(), 1, Integer::sum);
            List<TaskResult> script = answers.getOrDefault(context.task(), List.of());
            return call <= script.size() ? script.get(call - 1) : TaskResult.done();
        }

        private void entered(RunRecord entry) {
            List<Fire> own = fires.get(entry.scheduleId());
            if (over || own == null || RunRecord.FENCED.equals(entry.reason())) {
                return;
            }
            if (entry.attempt() > 0) {
                ran.add(entry.task());
            }
            Schedule schedule = Objects.requireNonNull(current.get(entry.scheduleId()), "schedule");
            Instant at = entry.firstFire();
            own.add(fire(entry, at));
            while (at.isBefore(entry.fireTime())) { // a series
                at = schedule.nextFire(at).orElse(entry.fireTime());
                own.add(fire(entry, at));
            }
        }

        private void checkScript() {
            Set<String> scripted = scriptedNames();
            scripted.retainAll(ran);
            scripted.removeAll(asked);
            if (!scripted.isEmpty()) {
                throw new IllegalStateException("simulation: takes, answers and task have no effect on " + scripted
                        + ", since setup registers a task of that name; hand it in with task() instead");
            }
        }
    }

    private static Fire fire(RunRecord entry, Instant at) {
        return new Fire(
                entry.scheduleId(),
                at,
                entry.outcome(),
                entry.attempt(),
                entry.reason(),
                entry.startedAt(),
                entry.endedAt(),
                entry.error());
    }

    private static Duration between(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " " + value + " is not allowed; " + least + " to " + most);
        }
        return value;
    }
}
