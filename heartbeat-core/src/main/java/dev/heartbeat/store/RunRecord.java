package dev.heartbeat.store;

import dev.heartbeat.schedule.Values;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the ledger: how one fire ended, or one series of fires that passed without a run. Its identity is schedule
 * and key; the first entry that ends a fire stays, a second one is not written.
 *
 * @param scheduleId the schedule
 * @param key the key of the fire; of a series its reason and last fire; of a note the key of the fire and a suffix
 * @param task the name of the task
 * @param queue the queue of the schedule, or null
 * @param outcome how it stands
 * @param reason why, for outcomes that need a reason, such as {@code coalesced}, {@code too-old}, {@code lost},
 *     {@code fenced}, {@code backfill}; or null
 * @param fireTime the instant asked for; of a series the last one
 * @param firstFire of a series the first fire time; otherwise the fire time
 * @param count how many fires it stands for; 1 unless it is a series
 * @param exact false when the count means "at least"
 * @param attempt the number of the attempt that ended it, 0 if none was started
 * @param token the claim under which it was written; of an answer by token one that was made of the claim; or null
 * @param pulseId the pulse that claimed it
 * @param startedAt when the last attempt was started, or null
 * @param endedAt when it ended
 * @param error the error text, capped, or null
 * @param result the values of a success, and under {@value #COUNTS} what any answer has counted; copied, perhaps empty
 */
public record RunRecord(
        String scheduleId,
        String key,
        String task,
        @Nullable String queue,
        Outcome outcome,
        @Nullable String reason,
        Instant fireTime,
        Instant firstFire,
        int count,
        boolean exact,
        int attempt,
        @Nullable RunToken token,
        String pulseId,
        @Nullable Instant startedAt,
        Instant endedAt,
        @Nullable String error,
        Map<String, @Nullable Object> result) {

    /** Copies the values. Throws {@code IllegalArgumentException} if one is outside the domain of {@link Values}. */
    public RunRecord {
        result = Values.copyOf(result, "result of a run");
    }

    /** The reason of an entry that notes the late answer of a claim which was lost. It does not end a fire. */
    public static final String FENCED = "fenced";

    /** How the key of a fire that a person has asked for begins; it is no fire of the timing. */
    public static final String FORCED = "force-";

    /** Tells whether it is of a fire that a person has asked for. */
    public boolean isForced() {
        return key.startsWith(FORCED);
    }

    /** The key in {@link #result} of what was counted: names to whole numbers. */
    public static final String COUNTS = "counts";

    /** Returns what the answer that ended it has counted, by name; see {@link dev.heartbeat.task.TaskResult#count}. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        if (result.get(COUNTS) instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                if (name instanceof String text && value instanceof Long number) {
                    counts.put(text, number);
                }
            });
        }
        return counts;
    }

    /** The reason of a past fire that a backfill has run; what else there is to say comes behind a colon. */
    public static final String BACKFILL = "backfill";

    /** Returns the reason of a past fire that a backfill has run, with what else there is to say. */
    public static String backfilled(@Nullable String reason) {
        return reason == null ? BACKFILL : BACKFILL + ": " + reason;
    }

    /** Tells whether it is of a past fire that a backfill has run; an account of fires counts it apart. */
    public boolean isBackfilled() {
        return isBackfilled(reason);
    }

    /** Tells whether the reason, of an entry or of a detail of a pulse, is that of a past fire that a backfill runs. */
    public static boolean isBackfilled(@Nullable String reason) {
        return reason != null && (reason.equals(BACKFILL) || reason.startsWith(BACKFILL + ": "));
    }

    /** Tells whether the entry stands in the ledger: it ends a fire or a series, or notes a late answer. */
    public boolean isEnd() {
        return outcome.isEnd();
    }

    /** Returns this entry with another reason. */
    public RunRecord withReason(String other) {
        return new RunRecord(
                scheduleId,
                key,
                task,
                queue,
                outcome,
                other,
                fireTime,
                firstFire,
                count,
                exact,
                attempt,
                token,
                pulseId,
                startedAt,
                endedAt,
                error,
                result);
    }

    @Override
    public String toString() {
        return "RunRecord[" + scheduleId + "/" + key + ", " + outcome.text()
                + (reason == null ? "" : " (" + reason + ")") + ", attempt " + attempt
                + (count == 1 ? "" : ", count " + count) + "]";
    }
}
