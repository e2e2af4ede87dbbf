package dev.heartbeat.engine;

import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How pulses and late runs merge into the heartbeat record; pure. The record belongs to a beat, the interval of the clock
 * that a pulse started in. A later beat replaces it, keeping errors younger than half an interval; otherwise counts of
 * the same beat add, processed is the maximum, errors unite by id, where the younger one stays, and the later timestamp
 * stays. So an idle pulse clears nothing, and a failure after the answer is seen. A run that ends while its pulse closes
 * may come first; it opens the beat, and the pulse joins it.
 */
final class BeatRule {
    private static final Duration TOLERATED_SKEW = Duration.ofMinutes(1);

    private BeatRule() {}

    /** The counts of a record. */
    record Counts(int schedulesProcessed, int schedulesExecuted, int browserTasksProcessed, int browserTasksExecuted) {
        static final Counts NONE = new Counts(0, 0, 0, 0);

        static Counts of(HeartbeatRecord record) {
            return new Counts(
                    record.schedulesProcessed(),
                    record.schedulesExecuted(),
                    record.browserTasksProcessed(),
                    record.browserTasksExecuted());
        }

        Counts withoutProcessed() {
            return new Counts(0, schedulesExecuted, 0, browserTasksExecuted);
        }

        Counts merge(Counts other) {
            return new Counts(
                    Math.max(schedulesProcessed, other.schedulesProcessed),
                    schedulesExecuted + other.schedulesExecuted,
                    Math.max(browserTasksProcessed, other.browserTasksProcessed),
                    browserTasksExecuted + other.browserTasksExecuted);
        }
    }

    /** What a pulse shows of itself. */
    record Face(Instant timestamp, String pulseId, String source, long durationMs) {
        /** Cuts the instant. */
        Face {
            timestamp = millis(timestamp);
        }

        static Face of(HeartbeatRecord record) {
            return new Face(record.timestamp(), record.pulseId(), record.source(), record.durationMs());
        }
    }

    /**
     * What one pulse, or one run that ended after its pulse had answered, adds.
     *
     * @param beat the start of the beat of its pulse
     * @param face what the pulse shows of itself
     * @param late whether it is a run that ended after the answer: it leaves the stored face as it is
     */
    record Contribution(Instant beat, Face face, boolean late, Counts counts, List<HeartbeatError> errors) {}

    /** Returns the start of the beat that the instant lies in. */
    static Instant beat(Instant instant, Duration interval) {
        long millis = interval.toMillis();
        return Instant.ofEpochMilli(Math.floorDiv(instant.toEpochMilli(), millis) * millis);
    }

    static HeartbeatRecord merge(@Nullable HeartbeatRecord stored, Contribution added, Instant now, Duration interval) {
        if (stored == null) {
            return record(added.beat(), added.face(), added.counts(), List.of(), 0, added, interval);
        }
        boolean fromTheFuture = stored.timestamp().isAfter(now.plus(TOLERATED_SKEW));
        boolean sameBeat = added.beat().equals(stored.beat());
        boolean replaces = !added.late() && fromTheFuture && stored.beat().isAfter(beat(now, interval));
        if (!sameBeat && (replaces || added.beat().isAfter(stored.beat()))) {
            List<HeartbeatError> young = young(stored.errors(), now, interval);
            return record(added.beat(), added.face(), added.counts(), young, young.size(), added, interval);
        }
        boolean newerFace =
                !added.late() && (fromTheFuture || !added.face().timestamp().isBefore(stored.timestamp()));
        return record(
                stored.beat(),
                newerFace ? added.face() : Face.of(stored),
                Counts.of(stored).merge(sameBeat ? added.counts() : Counts.NONE),
                stored.errors(),
                stored.errorsTotal(),
                added,
                interval);
    }

    private static HeartbeatRecord record(
            Instant beat,
            Face face,
            Counts counts,
            List<HeartbeatError> kept,
            int keptTotal,
            Contribution added,
            Duration interval) {
        Map<String, HeartbeatError> errors = new LinkedHashMap<>();
        for (HeartbeatError error : kept) {
            errors.put(error.id(), error);
        }
        for (HeartbeatError error : added.errors()) {
            errors.merge(error.id(), error, BeatRule::younger);
        }
        // who is counted but not listed is not known; a run ends once, but a pulse may find what the last one found
        int total = added.late() ? keptTotal + errors.size() - kept.size() : Math.max(keptTotal, errors.size());
        List<HeartbeatError> listed = new ArrayList<>(errors.size());
        for (HeartbeatError error : errors.values()) {
            listed.add(new HeartbeatError(error.id(), error.error(), millis(error.at())));
        }
        if (listed.size() > HeartbeatRecord.MOST_ERRORS) {
            listed.subList(HeartbeatRecord.MOST_ERRORS, listed.size()).clear();
        }
        return new HeartbeatRecord(
                beat,
                face.timestamp(),
                counts.schedulesProcessed(),
                counts.schedulesExecuted(),
                counts.browserTasksProcessed(),
                counts.browserTasksExecuted(),
                listed,
                total,
                beat.plus(interval),
                face.pulseId(),
                face.source(),
                face.durationMs());
    }

    /** As every store keeps it: what was written is to be recognised when it is read. */
    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }

    /** What was kept back by a store that did not answer may be older than what others have written meanwhile. */
    private static HeartbeatError younger(HeartbeatError kept, HeartbeatError added) {
        return added.at().isBefore(kept.at()) ? kept : added;
    }

    /** Errors younger than half an interval; one dated into the future counts as of now, lest it never ages. */
    private static List<HeartbeatError> young(List<HeartbeatError> errors, Instant now, Duration interval) {
        Instant limit = now.minus(interval.dividedBy(2));
        List<HeartbeatError> young = new ArrayList<>();
        for (HeartbeatError error : errors) {
            if (error.at().isAfter(limit)) {
                young.add(error.at().isAfter(now) ? new HeartbeatError(error.id(), error.error(), now) : error);
            }
        }
        return young;
    }
}
