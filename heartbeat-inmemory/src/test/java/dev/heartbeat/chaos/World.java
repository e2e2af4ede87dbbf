package dev.heartbeat.chaos;

import dev.heartbeat.BackfillPlan;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.Schedules;
import dev.heartbeat.chaos.Crew.Worker;
import dev.heartbeat.chaos.Journal.Answer;
import dev.heartbeat.chaos.Journal.BackfillAsked;
import dev.heartbeat.chaos.Journal.Call;
import dev.heartbeat.chaos.Journal.End;
import dev.heartbeat.chaos.Journal.PersonDid;
import dev.heartbeat.chaos.Journal.Trouble;
import dev.heartbeat.chaos.Life.Instance;
import dev.heartbeat.chaos.Plan.InstanceSpec;
import dev.heartbeat.chaos.Plan.Origin;
import dev.heartbeat.chaos.Plan.ScheduleSpec;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Plays a plan: real heartbeats over one store, in a time of their own. */
final class World implements AutoCloseable {
    static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(10));

    private static final Duration JANITOR_EVERY = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration ASKED_WAIT = Duration.ofSeconds(10);
    private static final Duration MOVED_DEADLINE = Duration.ofSeconds(40);

    private final Plan plan;
    private final Journal journal = new Journal();
    private final WorldTime time;
    private final SplittableRandom chance;
    private final InMemoryHeartbeatStore inner;
    private final HeartbeatStore underTest;
    private final Witness witness;
    private final HeartbeatStore witnessed;
    private final Schedules console;
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final Map<String, ScheduleSpec> specs = new HashMap<>();
    private final Map<String, Integer> callsMade = new HashMap<>();
    private final Map<String, Map<String, Object>> loaded = new HashMap<>();

    /** What is left of a world. */
    record Outcome(
            Plan plan, Journal journal, Map<String, StoredSchedule> documents, List<RunRecord> ledger, Instant end) {}

    World(Plan plan, Crew crew, Function<InMemoryHeartbeatStore, HeartbeatStore> store) {
        this.plan = plan;
        this.time = new WorldTime(crew, plan.start(), this::defect);
        this.chance = new SplittableRandom(plan.seed());
        this.inner = InMemoryHeartbeatStore.builder()
                .clock(time::instant)
                .keep(Duration.ofDays(4_000), Integer.MAX_VALUE)
                .build();
        this.underTest = store.apply(inner);
        this.witness = new Witness(this, underTest);
        this.witnessed = Intercepted.store(underTest, witness);
        this.console = Heartbeat.builder(inner).clock(time::instant).build().schedules();
        plan.schedules().forEach(spec -> specs.put(spec.id(), spec));
    }

    Outcome play() {
        plan.schedules().forEach(spec -> create(spec.id()));
        for (InstanceSpec spec : plan.instances()) {
            Instance instance = new Instance(spec);
            instances.put(spec.name(), instance);
            start(instance);
        }
        for (Plan.Act act : plan.acts()) {
            time.at(act.at(), () -> act.deed().on(this));
        }
        time.runUntil(plan.trouble());

        instances.values().forEach(Instance::heal);
        Instance janitor = new Instance(new InstanceSpec(Plan.JANITOR, Duration.ZERO, false, ""));
        instances.put(Plan.JANITOR, janitor);
        start(janitor);
        Duration end = plan.trouble().plus(plan.calm());
        for (Duration at = plan.trouble(); at.compareTo(end) < 0; at = at.plus(JANITOR_EVERY)) {
            time.at(at, () -> pulse(Plan.JANITOR, PulseRequest.from("janitor")));
        }
        time.runUntil(end);
        return new Outcome(plan, journal, inner.snapshot().schedules(), ledger(), now());
    }

    private List<RunRecord> ledger() {
        List<RunRecord> ledger = new ArrayList<>();
        Optional<RunQuery> query = Optional.of(RunQuery.newest(1_000));
        while (query.isPresent()) {
            Page<RunRecord> page = underTest.runs(query.get());
            ledger.addAll(page.items());
            query = query.get().after(page);
        }
        return ledger;
    }

    WorldTime time() {
        return time;
    }

    Instant now() {
        return time.instant();
    }

    Journal journal() {
        return journal;
    }

    Schedules console() {
        return console;
    }

    HeartbeatStore witness() {
        return witnessed;
    }

    void calledBy(Life life, Instant clock) {
        witness.calledBy(life, clock);
    }

    Instance instance(String name) {
        return instances.get(name);
    }

    /** Returns the life of an instance that has one now, or null. */
    Life life(String name) {
        return instances.containsKey(name) ? instances.get(name).life : null;
    }

    /** Returns how long a healthy call takes one way. */
    long latency() {
        return 1_000_000L + chance.nextLong(plan.settings().latency().toNanos());
    }

    // instances

    void start(Instance instance) {
        if (instance.life != null) {
            return;
        }
        Journal.LifeOf of = new Journal.LifeOf(instance.spec.name(), ++instance.lives);
        WorldTime.Program process = time.process(of.toString());
        Life life = new Life(instance, of, process, new LifeClock(time, process, instance.skew));
        Plan.Settings settings =
                instance.spec.name().equals(Plan.JANITOR) ? plan.settings().ofJanitor() : plan.settings();
        life.heartbeat = Heartbeat.builder(FaultyStore.of(this, life))
                .name(of.toString())
                .interval(settings.interval())
                .budget(settings.budget())
                .lease(settings.lease())
                .parallelism(settings.parallelism())
                .queueLimit(Plan.QUEUE, settings.limits().queue())
                .shutdownGrace(GRACE)
                .upcoming(3)
                .clock(life.clock)
                .executor(life.clock)
                .tasks(name -> task(life, name))
                .build();
        instance.life = life;
        if (instance.spec.ticker()) {
            life.heartbeat.start();
        }
    }

    void pulse(String name, PulseRequest request) {
        Life life = instance(name).life;
        if (life != null) {
            time.start(life.process, 0, () -> pulse(life, request));
        }
    }

    private void pulse(Life life, PulseRequest request) {
        Instant from = now();
        try {
            Pulse pulse = life.heartbeat.pulse(request);
            journal.pulses.add(new Journal.PulseMade(life.of, from, now(), pulse.busy(), null));
        } catch (StoreException e) {
            journal.pulses.add(new Journal.PulseMade(life.of, from, now(), false, e));
        } catch (IllegalStateException e) {
            if (!life.closing) {
                throw e;
            }
        }
    }

    /** Somebody looks at the health, which is always answered. */
    void look(String name) {
        Life life = instance(name).life;
        if (life != null) {
            time.start(life.process, 0, life.heartbeat::health);
        }
    }

    void crash(Life life) {
        if (life != null) {
            journal.injected("processes killed");
            end(life);
        }
    }

    /** The process is dead, or gone. */
    void end(Life life) {
        if (life.process.isDead()) {
            return;
        }
        journal.trouble(life.of, Trouble.Cause.DEATH, "death", now());
        if (life.instance.life == life) {
            life.instance.life = null;
        }
        time.kill(life.process);
    }

    void close(Instance instance) {
        Life life = instance.life;
        if (life == null || life.closing) {
            return;
        }
        life.closing = true;
        journal.injected("processes shut down");
        journal.trouble(life.of, Trouble.Cause.SHUTDOWN, "shutdown", now());
        time.start(life.process, 0, () -> {
            life.heartbeat.close();
            time.after(0, () -> end(life));
        });
    }

    void freeze(Instance instance, Duration how) {
        Life life = instance.life;
        if (life != null) {
            journal.injected("processes frozen");
            journal.trouble(life.of, Trouble.Cause.FREEZE, "freeze", now()).to = now().plus(how);
            time.freeze(life.process, how);
        }
    }

    void skew(Instance instance, Duration to) {
        journal.injected("clocks stepped");
        instance.skew = to;
        if (instance.life != null) {
            instance.life.clock.step(to);
            journal.stepped(instance.life.of, now());
        }
    }

    void cutOff(Instance instance, Duration how) {
        journal.injected("instances cut off for a while");
        instance.cutOff(now().plus(how));
        if (instance.life != null) {
            journal.trouble(instance.life.of, Trouble.Cause.CUT_OFF, "cut off", now()).to = now().plus(how);
        }
    }

    private void defect(WorldTime.Program process, Throwable thrown) {
        journal.defects.add((process == null ? "the world" : process.name) + " at " + now() + ": " + text(thrown));
    }

    private static String text(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.toString());
        for (int i = 0; i < Math.min(12, thrown.getStackTrace().length); i++) {
            text.append("\n        at ").append(thrown.getStackTrace()[i]);
        }
        return thrown.getCause() == null ? text.toString() : text + "\n    caused by " + text(thrown.getCause());
    }

    // tasks

    private Optional<Task> task(Life life, String name) {
        if (name.equals(life.instance.spec.lacks())) {
            return Optional.empty();
        }
        Plan.Limits limits = plan.settings().limits();
        Task.Builder task = Task.named(name, context -> called(life, context))
                .retry(Retry.DEFAULT.neverOn(Behaviour.FatalException.class));
        if (name.equals(Plan.Limits.GUARDED)) {
            task.breaker(limits.breaker());
        } else if (name.equals(Plan.Limits.LIMITED)) {
            task.maxParallel(limits.task());
        }
        return Optional.of(task.build());
    }

    private TaskResult called(Life life, TaskContext context) throws Exception {
        WorldTime.checkAlive(life.process);
        String id = context.scheduleId();
        int number = callsMade.merge(id, 1, Integer::sum) - 1;
        List<Behaviour> script = specs.get(id).calls();
        Behaviour behaviour = script.isEmpty() ? Behaviour.DONE : script.get(number % script.size());
        Call call = new Call(
                life.of,
                id,
                context.idempotencyKey(),
                context.fireTime(),
                context.attempt(),
                context.forced(),
                context.token(),
                now(),
                behaviour);
        journal.calls.add(call);
        goesOnElsewhere(call);
        try {
            work(behaviour);
            TaskResult result = answer(behaviour.kind(), behaviour.asks());
            ended(life, call, result(result));
            return result;
        } catch (InterruptedException e) {
            ended(life, call, End.INTERRUPTED);
            throw e;
        } catch (Crashed e) {
            throw e;
        } catch (Throwable e) {
            ended(life, call, End.FAILED);
            throw e;
        }
    }

    private static End result(TaskResult result) {
        if (result == null) {
            return End.FAILED;
        }
        return switch (result.kind()) {
            case DONE -> End.DONE;
            case SKIPPED -> End.SKIPPED;
            case ACCEPTED -> End.ACCEPTED;
            case FAILED -> End.FAILED;
        };
    }

    /** Plans what becomes of work that goes on elsewhere: half of it is told of, and then it is answered for. */
    private void goesOnElsewhere(Call call) {
        Behaviour.Elsewhere elsewhere = call.behaviour.elsewhere();
        if (elsewhere == null) {
            return;
        }
        long after = elsewhere.after().toNanos();
        time.after(after / 2, () -> {
            Life life = anybody();
            if (life != null) {
                ask(life, () -> life.heartbeat.runs().progress(call.token, 0.5, "half of it"));
            }
        });
        for (int i = 0; i < elsewhere.times(); i++) {
            time.after(after + latency(), () -> answer(anybody(), call.token, elsewhere.kind()));
        }
    }

    /** Returns an instance that is there, or null. */
    private Life anybody() {
        List<Life> there = instances.values().stream()
                .map(instance -> instance.life)
                .filter(life -> life != null && !life.closing)
                .toList();
        return there.isEmpty() ? null : there.get(chance.nextInt(there.size()));
    }

    /** Somebody answers for a run by its token, by way of an instance, if that is there. */
    void answer(Life life, RunToken token, Behaviour.Kind kind) {
        if (life == null) {
            return;
        }
        Duration wait = kind == Behaviour.Kind.ACCEPT ? MOVED_DEADLINE : ASKED_WAIT;
        ask(life, () -> {
            Answer answer = new Answer(life.of, token, kind, now());
            journal.answers.add(answer);
            answer.completion = life.heartbeat.runs().complete(token, answer(kind, wait));
            answer.answeredAt = now();
        });
    }

    /** Somebody calls the pending fire of a schedule off, by way of an instance, if that is there. */
    void cancel(String id, Life life) {
        if (life != null) {
            ask(life, () -> life.heartbeat.schedules().cancel(id, Deed.ADA));
        }
    }

    /** Asks something of a heartbeat that throws if the store does not answer, or if it is being closed. */
    private void ask(Life life, Runnable deed) {
        time.start(life.process, 0, () -> {
            try {
                deed.run();
            } catch (StoreException e) {
                // who asked does not know whether it was done
            } catch (IllegalStateException e) {
                if (!life.closing) {
                    throw e;
                }
            }
        });
    }

    private void ended(Life life, Call call, End end) {
        call.end = end;
        call.endedAt = now();
        call.endedOnItsClock = life.clock.instant();
    }

    private void work(Behaviour behaviour) throws InterruptedException {
        if (behaviour.takes().isZero()) {
            return;
        }
        if (behaviour.kind() == Behaviour.Kind.DEAF) {
            time.pass(behaviour.takes().toNanos());
            Worker.interrupted();
        } else {
            time.sleep(behaviour.takes().toNanos());
        }
    }

    private static TaskResult answer(Behaviour.Kind kind, Duration wait) {
        switch (kind) {
            case DONE:
            case DEAF:
                return TaskResult.done();
            case SKIP:
                return TaskResult.skipped("nothing to do");
            case FAIL:
                return TaskResult.failed("failed on purpose");
            case RETRY_AFTER:
                return TaskResult.retryAfter(wait, "failed on purpose");
            case ACCEPT:
                return TaskResult.accepted(wait);
            case THROW:
                throw new IllegalArgumentException("thrown on purpose");
            case FATAL:
                throw new Behaviour.FatalException();
            case ERROR:
                throw new LinkageError("thrown on purpose");
            case NULL:
                return null;
        }
        throw new AssertionError(kind);
    }

    // people

    void create(String id) {
        if (inner.document(id).isPresent()) {
            return;
        }
        ScheduleSpec spec = specs.get(id);
        Schedule definition = spec.definition(plan.start());
        if (spec.origin() == Origin.BY_HAND) {
            person(id, PersonDid.Kind.CREATED, store -> store.putDocument(id, ScheduleDocument.definition(definition)));
        } else {
            person(id, PersonDid.Kind.CREATED, store -> console.define(definition));
        }
    }

    void person(String id, PersonDid.Kind kind, Consumer<InMemoryHeartbeatStore> deed) {
        StoredSchedule before = inner.schedule(id).orElse(null);
        deed.accept(inner);
        journal.people.add(new PersonDid(
                now(),
                id,
                kind,
                before,
                inner.schedule(id).orElse(null),
                inner.document(id).map(World::isWish).orElse(false)));
    }

    /** A person asks for past fires, unless a backfill is under way. */
    void backfill(String id, Duration back, Duration length, boolean dryRun) {
        StoredSchedule before = inner.schedule(id).orElse(null);
        if (before == null) {
            return;
        }
        Set<String> settled = ledger().stream()
                .filter(entry -> entry.scheduleId().equals(id))
                .map(RunRecord::key)
                .collect(Collectors.toSet());
        if (before.state().pending() != null) {
            settled.add(before.state().pending().key());
        }
        Instant from = now().minus(back).truncatedTo(ChronoUnit.MILLIS);
        Instant to = from.plus(length.compareTo(back) < 0 ? length : back);
        BackfillPlan answer;
        try {
            answer = console.backfill(id, from, to, dryRun, Deed.ADA).orElseThrow();
        } catch (IllegalStateException e) { // one is under way
            return;
        }
        StoredSchedule after = inner.schedule(id).orElseThrow();
        boolean wrote = !after.version().equals(before.version());
        journal.backfills.add(new BackfillAsked(now(), id, before.schedule(), settled, answer, dryRun, wrote));
        journal.people.add(new PersonDid(
                now(),
                id,
                PersonDid.Kind.PLAIN,
                before,
                after,
                isWish(inner.document(id).orElseThrow())));
    }

    /** A person changes the pauses of queues and of everything. */
    void pauses(Consumer<Schedules> deed) {
        deed.accept(console);
        journal.pauses.add(new Journal.PausesSet(now(), console.pauses()));
    }

    /** Changes a whole document in an editor, unless there is none. */
    void change(String id, PersonDid.Kind kind, UnaryOperator<Map<String, Object>> change) {
        inner.document(id)
                .ifPresent(fields ->
                        person(id, kind, store -> store.putDocument(id, change.apply(new HashMap<>(fields)))));
    }

    void write(String id, PersonDid.Kind kind, String field, Object value) {
        change(id, kind, fields -> {
            fields.put(field, value);
            return fields;
        });
    }

    void load(String id) {
        inner.document(id).ifPresent(fields -> loaded.put(id, fields));
    }

    void save(String id) {
        Map<String, Object> copy = loaded.get(id);
        if (copy != null) {
            person(id, PersonDid.Kind.REWOUND, store -> store.putDocument(id, copy));
        }
    }

    /** Tells whether a document asks for a start, as the documentation of documents says. */
    private static boolean isWish(Map<String, Object> fields) {
        Object memory = fields.get("heartbeat");
        boolean ran = memory instanceof Map<?, ?> map && map.get("wrote") != null;
        boolean known = memory instanceof Map<?, ?> map && map.get("rule") != null;
        if (String.valueOf(fields.get("cron")).startsWith("@at") && !ran) {
            return false;
        }
        return fields.get("lastRun") == null && (fields.containsKey("lastRun") || !known || ran);
    }

    @Override
    public void close() {
        time.close();
    }
}
