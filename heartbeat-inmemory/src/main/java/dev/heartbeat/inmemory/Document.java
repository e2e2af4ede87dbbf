package dev.heartbeat.inmemory;

import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A readable document: the content of a {@link StoredSchedule}, and at the same time its own place in the due index. It
 * is kept flat, because objects inside of objects are most of what a schedule costs: 96 bytes instead of 240.
 */
final class Document extends Place implements Held {
    private static final int NO_INSTANT = -1;

    private final long version;
    private final Schedule schedule;
    private final LastRun lastRun;
    private final @Nullable Map<String, @Nullable Object> lastResult;
    private final @Nullable Pause pause;
    private final long cursorSecond;
    private final int cursorNano;
    private final @Nullable Instant wrote;
    private final @Nullable String rule;
    private final @Nullable PendingFire pending;
    private final int failures;
    private final @Nullable Backfill backfill;
    private final long writtenSecond;
    private final int writtenNano;
    private final @Nullable Instant settled;

    private Document(StoredSchedule content, @Nullable String rule, long version, @Nullable Instant settled) {
        this(content, content.wakeAt(), rule, version, settled);
    }

    private Document(
            StoredSchedule content, Instant wakeAt, @Nullable String rule, long version, @Nullable Instant settled) {
        super(wakeAt.getEpochSecond(), wakeAt.getNano());
        this.version = version;
        this.schedule = content.schedule();
        this.lastRun = content.lastRun();
        this.lastResult = content.lastResult();
        this.pause = content.pause();
        ScheduleState state = content.state();
        Instant cursor = state.cursor();
        if (cursor == null) {
            this.cursorSecond = 0;
            this.cursorNano = NO_INSTANT;
        } else {
            this.cursorSecond = cursor.getEpochSecond();
            this.cursorNano = cursor.getNano();
        }
        this.wrote = state.wrote();
        this.rule = rule;
        this.pending = state.pending();
        this.failures = state.failures();
        this.backfill = state.backfill();
        Instant writtenAt = content.writtenAt();
        this.writtenSecond = writtenAt.getEpochSecond();
        this.writtenNano = writtenAt.getNano();
        this.settled = settled;
    }

    /** Returns a new document. */
    static Document of(
            Stamp stamp,
            Schedule schedule,
            LastRun lastRun,
            @Nullable Map<String, @Nullable Object> lastResult,
            @Nullable Pause pause,
            ScheduleState state,
            @Nullable Instant settled) {
        StoredSchedule content =
                new StoredSchedule(schedule, lastRun, lastResult, pause, state, stamp.at(), Version.NONE);
        // Thousands of schedules have the same rule: keep its text once.
        String rule = state.rule() == null ? null : state.rule().intern();
        return new Document(content, rule, stamp.version(), settled);
    }

    /** Returns this document with another definition, and as people have set it. */
    Document edited(Stamp stamp, Schedule definition, LastRun run, @Nullable Pause paused, ScheduleState next) {
        return new Document(
                new StoredSchedule(definition, run, lastResult, paused, next, stamp.at(), Version.NONE),
                rule(next),
                stamp.version(),
                settled);
    }

    /** Returns this document with a claim written into it. */
    Document claimed(Stamp stamp, ScheduleState next, @Nullable Instant startedAt, @Nullable Instant nowSettled) {
        LastRun run = startedAt == null ? lastRun : LastRun.at(startedAt);
        return new Document(
                new StoredSchedule(schedule, run, lastResult, pause, next, stamp.at(), Version.NONE),
                rule(next),
                stamp.version(),
                nowSettled);
    }

    @Override
    public Document written(
            Stamp stamp,
            ScheduleState next,
            @Nullable Map<String, @Nullable Object> result,
            @Nullable Instant nowSettled) {
        Map<String, @Nullable Object> last = result == null ? lastResult : result;
        return new Document(
                new StoredSchedule(schedule, lastRun, last, pause, next, stamp.at(), Version.NONE),
                rule(next),
                stamp.version(),
                nowSettled);
    }

    /** Each claim makes the text of its rule anew, and it hardly ever differs: keep the one that is here. */
    private @Nullable String rule(ScheduleState next) {
        String text = next.rule();
        if (text == null) {
            return null;
        }
        return text.equals(rule) ? rule : text.intern();
    }

    /** Tells whether a lastRun in the future held it when it was written. */
    boolean isHeldSinceWritten() {
        Instant run = lastRun.value();
        return run != null && run.getEpochSecond() >= writtenSecond && (wrote == null || run.isAfter(wrote));
    }

    StoredSchedule stored() {
        return new StoredSchedule(
                schedule,
                lastRun,
                lastResult,
                pause,
                state(),
                Instant.ofEpochSecond(writtenSecond, writtenNano),
                Stamp.text(version));
    }

    @Override
    public Map<String, @Nullable Object> fields() {
        ScheduleState state = state();
        Map<String, @Nullable Object> fields =
                new ScheduleDocument(schedule, lastRun, lastResult, pause, state).fields();
        fields.put("nextRun", nextRun());
        Map<String, @Nullable Object> heartbeat = new LinkedHashMap<>(ScheduleDocument.heartbeat(state));
        heartbeat.put("wakeAt", neverWakes() ? null : wakeAt());
        fields.put("heartbeat", Collections.unmodifiableMap(heartbeat));
        return Collections.unmodifiableMap(fields);
    }

    private @Nullable Instant nextRun() {
        try {
            return stored().nextRun().orElse(null);
        } catch (InvalidScheduleException e) {
            return null; // a timing of the user's own that throws; pulses show it
        }
    }

    @Override
    public String id() {
        return schedule.id();
    }

    Schedule schedule() {
        return schedule;
    }

    LastRun lastRun() {
        return lastRun;
    }

    @Nullable
    Pause pause() {
        return pause;
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public ScheduleState state() {
        Instant cursor = cursorNano == NO_INSTANT ? null : Instant.ofEpochSecond(cursorSecond, cursorNano);
        return new ScheduleState(cursor, wrote, rule, pending, failures, backfill);
    }

    @Override
    public @Nullable PendingFire pending() {
        return pending;
    }

    @Override
    public @Nullable Instant settled() {
        return settled;
    }
}
