package dev.heartbeat.health;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a schedule starts with the next pulse, or why it does not, in words for the person who asks: what this instance's own
 * rules say of the document as it stands. Immutable and thread-safe.
 *
 * @param scheduleId the schedule
 * @param due whether the next pulse of this instance starts its fire, or ends it
 * @param reason the reason in one word, one of the constants here
 * @param cause the reason in a sentence, with its figures
 * @param until until when it holds; null if that is not known, or if it has no end; for {@link #NOT_DUE} the next fire
 * @param nextStep what to do about it
 * @param notes what else is worth knowing, such as what {@code Schedules.lint} says
 */
public record Explanation(
        String scheduleId,
        boolean due,
        String reason,
        String cause,
        @Nullable Instant until,
        String nextStep,
        List<String> notes) {
    /** The next pulse starts it, or ends its fire. */
    public static final String DUE = "due";
    /** It is due, and no pulse has come for longer than the limit, or ever. */
    public static final String NO_PULSE = "no-pulse";
    /** It is due, and pulses have deferred it, for want of room in their budget or of a place within a limit. */
    public static final String DEFERRED = "deferred";
    /** As many runs of its task or queue are at work in this instance as may be. */
    public static final String LIMIT = "limit";
    /** Its circuit is open. */
    public static final String CIRCUIT_OPEN = "circuit-open";
    /** This instance knows no executor for its task. */
    public static final String NO_EXECUTOR = "no-executor";
    /** Its fire waits for its slot in the window. */
    public static final String WINDOW = "window";
    /** Its next fire is to come. */
    public static final String NOT_DUE = "not-due";
    /** No fire is to come any more. */
    public static final String OVER = "over";
    /** An instance works on it, or it goes on elsewhere. */
    public static final String RUNNING = "running";
    /** Its next attempt waits. */
    public static final String RETRYING = "retrying";
    /** A person has set lastRun into the future. */
    public static final String HELD = "held-by-last-run";
    /** It is disabled. */
    public static final String DISABLED = "disabled";
    /** It is paused. */
    public static final String PAUSED = "paused";
    /** Its queue is paused. */
    public static final String QUEUE_PAUSED = "queue-paused";
    /** Everything is paused. */
    public static final String MAINTENANCE = "maintenance";
    /** Its document holds no schedule, or its timing fails. */
    public static final String UNREADABLE = "unreadable";

    /** Copies the list. */
    public Explanation {
        notes = List.copyOf(notes);
    }
}
