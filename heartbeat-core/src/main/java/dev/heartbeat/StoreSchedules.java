package dev.heartbeat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The schedules of a store, with the audit history and the ticker told. */
final class StoreSchedules implements Schedules {
    private final HeartbeatStore store;
    private final InstantSource clock;
    private final Consumer<Instant> wake;

    StoreSchedules(HeartbeatStore store, InstantSource clock, Consumer<Instant> wake) {
        this.store = store;
        this.clock = clock;
        this.wake = wake;
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

    private boolean operated(ScheduleEdit edit, Version expected, Audit audit, String verb) {
        boolean done = store.edit(edit, expected).isPresent();
        if (done) {
            audit(audit, verb, edit.id());
            wakeFor(edit.id());
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
                    .ifPresent(wake);
        } catch (StoreException e) {
            // the change is written; the next beat will see it
        }
    }

    private void audit(Audit audit, String verb, String target) {
        store.appendAudit(new AuditEntry(clock.instant(), audit.who(), verb, target, audit.why()));
    }
}
