package dev.heartbeat;

import dev.heartbeat.engine.Engine;
import dev.heartbeat.health.Explanation;
import dev.heartbeat.schedule.Hint;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The schedules of a store, with the audit history and the ticker told. */
final class StoreSchedules implements Schedules {
    private final HeartbeatStore store;
    private final InstantSource clock;
    private final Engine engine;
    private final StorePauses pauses;

    StoreSchedules(HeartbeatStore store, InstantSource clock, Engine engine) {
        this.store = store;
        this.clock = clock;
        this.engine = engine;
        this.pauses = new StorePauses(store, clock, engine::pauses);
    }

    @Override
    public Optional<Schedule> find(String id) {
        return store.schedule(id).map(StoredSchedule::schedule);
    }

    @Override
    public Optional<StoredSchedule> findStored(String id) {
        return store.schedule(id);
    }

    @Override
    public Page<StoredSchedule> list(@Nullable String after, int limit) {
        return store.schedules(after, limit);
    }

    @Override
    public Optional<Explanation> explain(String id) {
        return engine.explain(id);
    }

    @Override
    public List<Hint> lint(Schedule schedule) {
        return engine.lint(schedule);
    }

    @Override
    public Version define(Schedule schedule) {
        while (true) { // each round lost means that somebody else has changed the document
            StoredSchedule stored = store.schedule(schedule.id()).orElse(null);
            if (stored != null && stored.schedule().equals(schedule)) {
                return stored.version();
            }
            Optional<Version> written = stored == null ? create(schedule) : replace(schedule, stored.version());
            if (written.isPresent()) {
                return written.get();
            }
            if (stored == null && store.schedule(schedule.id()).isEmpty()) {
                return overwriteUnreadable(schedule);
            }
        }
    }

    /** The id is taken by a document that holds no schedule: the definition mends it. */
    private Version overwriteUnreadable(Schedule schedule) {
        while (true) {
            Optional<Version> written = store.edit(ScheduleEdit.define(schedule), Version.ANY);
            if (written.isEmpty()) {
                written = create(schedule);
            }
            if (written.isPresent()) {
                wakeFor(schedule.id());
                return written.get();
            }
        }
    }

    private Optional<Version> create(Schedule schedule) {
        // a one-off that never ran counts from the beginning of time, so it gets no cursor
        ScheduleState state = schedule.isOneOff()
                ? ScheduleState.oneOff(schedule.rule())
                : ScheduleState.startingAt(clock.instant().truncatedTo(ChronoUnit.MILLIS), schedule.rule());
        LastRun lastRun = schedule.runsAtFirstPulse() ? LastRun.NULL : LastRun.MISSING;
        return edited(ScheduleEdit.create(schedule, lastRun, null, state), Version.NONE);
    }

    @Override
    public boolean createIfAbsent(Schedule schedule) {
        return create(schedule).isPresent();
    }

    @Override
    public boolean importIfAbsent(ScheduleDocument document) {
        return edited(
                        ScheduleEdit.create(
                                document.schedule(), document.lastRun(), document.pause(), document.state()),
                        Version.NONE)
                .isPresent();
    }

    @Override
    public Optional<Version> replace(Schedule schedule, Version expected) {
        return edited(ScheduleEdit.define(schedule), expected);
    }

    @Override
    public boolean delete(String id, Audit audit) {
        boolean deleted = store.delete(id);
        if (deleted) {
            audit(audit, "delete", id);
        }
        return deleted;
    }

    @Override
    public boolean runNow(String id, Audit audit) {
        boolean forcible =
                store.schedule(id).filter(StoredSchedule::isUnusedOneOff).isEmpty();
        return forcible && operated(ScheduleEdit.force(id), Version.ANY, audit, "run-now");
    }

    @Override
    public boolean cancel(String id, Audit audit) {
        boolean cancelled = engine.cancel(id);
        if (cancelled) {
            wakeFor(id);
            audit(audit, "cancel", id);
        }
        return cancelled;
    }

    @Override
    public boolean pause(String id, Instant until, Audit audit) {
        Pause pause = new Pause(until, audit.who(), audit.why());
        return operated(ScheduleEdit.pause(id, pause), Version.ANY, audit, "pause");
    }

    @Override
    public boolean resume(String id, Audit audit) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        while (true) {
            StoredSchedule stored = store.schedule(id).orElse(null);
            Pause pause = stored == null ? null : stored.pause();
            if (stored == null || pause == null || !pause.holds(now)) {
                return false;
            }
            Pause ended = new Pause(now, pause.by(), pause.reason());
            if (operated(ScheduleEdit.pause(id, ended), stored.version(), audit, "resume")) {
                return true;
            }
        }
    }

    @Override
    public void pauseQueue(String queue, Instant until, Audit audit) {
        pauses.pause(queue, until, audit);
        audit(audit, "pause-queue", queue);
    }

    @Override
    public boolean resumeQueue(String queue, Audit audit) {
        return resumed(pauses.resume(queue), audit, "resume-queue", queue);
    }

    @Override
    public void pauseAll(Instant until, Audit audit) {
        pauses.pause(null, until, audit);
        audit(audit, "pause-all", "*");
    }

    @Override
    public boolean resumeAll(Audit audit) {
        return resumed(pauses.resume(null), audit, "resume-all", "*");
    }

    private boolean resumed(boolean resumed, Audit audit, String verb, String target) {
        if (resumed) {
            audit(audit, verb, target);
            engine.wakeBy(clock.instant());
        }
        return resumed;
    }

    @Override
    public Pauses pauses() {
        return pauses.read();
    }

    @Override
    public Optional<BackfillPlan> backfill(String id, Instant from, Instant to, boolean dryRun, Audit audit) {
        Instant first = from.truncatedTo(ChronoUnit.MILLIS);
        Instant end = to.truncatedTo(ChronoUnit.MILLIS);
        BackfillPlanner.check(id, first, end, clock.instant());
        while (true) {
            StoredSchedule stored = store.schedule(id).orElse(null);
            if (stored == null) {
                return Optional.empty();
            }
            BackfillPlan plan = new BackfillPlanner(store).plan(stored, first, end);
            if (dryRun || plan.count() == 0) {
                return Optional.of(plan);
            }
            checkNoneUnderWay(stored);
            Backfill backfill = new Backfill(first, end, plan.fires().get(0), audit.who());
            if (edited(ScheduleEdit.backfill(id, backfill), stored.version()).isPresent()) {
                audit(audit.who(), "backfill", id, first + " to " + end + ": " + audit.why());
                return Optional.of(plan.nowAsked());
            }
        }
    }

    private static void checkNoneUnderWay(StoredSchedule stored) {
        Backfill backfill = stored.state().backfill();
        PendingFire pending = stored.state().pending();
        if (backfill != null && (backfill.next() != null || (pending != null && pending.backfilled()))) {
            throw new IllegalStateException("backfill of schedule '" + stored.id() + "' is not allowed: one from "
                    + backfill.from() + " to " + backfill.to() + ", asked for by " + backfill.who()
                    + ", is under way; wait for it, or stop it first");
        }
    }

    @Override
    public boolean stopBackfill(String id, Audit audit) {
        while (true) {
            StoredSchedule stored = store.schedule(id).orElse(null);
            Backfill backfill = stored == null ? null : stored.state().backfill();
            if (stored == null || backfill == null || backfill.next() == null) {
                return false;
            }
            PendingFire pending = stored.state().pending();
            Instant end = pending != null && pending.backfilled() ? pending.fireTime() : backfill.next();
            ScheduleEdit edit = ScheduleEdit.backfill(id, backfill.endedAt(end));
            if (operated(edit, stored.version(), audit, "stop-backfill")) {
                return true;
            }
        }
    }

    private boolean operated(ScheduleEdit edit, Version expected, Audit audit, String verb) {
        boolean done = store.edit(edit, expected).isPresent();
        if (done) {
            wakeFor(edit.id());
            audit(audit, verb, edit.id());
        }
        return done;
    }

    private Optional<Version> edited(ScheduleEdit edit, Version expected) {
        Optional<Version> version = store.edit(edit, expected);
        if (version.isPresent()) {
            wakeFor(edit.id());
        }
        return version;
    }

    private void wakeFor(String id) {
        try {
            store.schedule(id)
                    .map(StoredSchedule::wakeAt)
                    .filter(Instant.MAX::isAfter)
                    .ifPresent(engine::wakeBy);
        } catch (StoreException e) {
            // the change is written; the next beat will see it
        }
    }

    private void audit(Audit audit, String verb, String target) {
        audit(audit.who(), verb, target, audit.why());
    }

    private void audit(String who, String verb, String target, String why) {
        store.appendAudit(new AuditEntry(clock.instant(), who, verb, target, why));
    }
}
