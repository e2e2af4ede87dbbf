package dev.heartbeat.engine;

import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.task.Outcome;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the library logs: a line for each pulse, for each attempt that failed or timed out, and for each unreadable
 * document when it is first seen. Never params, never results.
 */
final class Log {
    private static final int MOST_REMEMBERED = 10_000;

    private final Set<Unreadable> seen = ConcurrentHashMap.newKeySet();
    private final String name;
    private final boolean quiet;

    /** What a quiet log has to say is for debugging alone. */
    Log(String name, boolean quiet) {
        this.name = name;
        this.quiet = quiet;
    }

    /** Loaded with the first line: to find a logger takes a JVM as long as to make its first pulse. */
    private static final class Lines {
        static final System.Logger LOGGER = System.getLogger("dev.heartbeat");
    }

    private System.Logger.Level level(System.Logger.Level loud) {
        return quiet ? System.Logger.Level.DEBUG : loud;
    }

    void pulse(PulseRecord pulse) {
        Lines.LOGGER.log(
                level(System.Logger.Level.INFO),
                () -> name + ": pulse " + pulse.id() + " from " + pulse.source() + " took " + pulse.durationMs()
                        + " ms: " + (pulse.counts().isEmpty() ? "nothing due" : new TreeMap<>(pulse.counts())));
    }

    void run(RunRecord run) {
        if (run.outcome().isFailure() || run.outcome() == Outcome.RETRYING) {
            Lines.LOGGER.log(
                    level(System.Logger.Level.WARNING),
                    () -> name + ": schedule " + run.scheduleId() + ", task " + run.task() + ", fire " + run.fireTime()
                            + ", attempt " + run.attempt() + " " + run.outcome().text() + ": " + run.error());
        }
    }

    void stuck(LiveRun run) {
        PulseDetail detail = run.detail(Outcome.RUNNING, PulseDetail.STUCK);
        Lines.LOGGER.log(
                level(System.Logger.Level.WARNING),
                () -> name + ": schedule " + detail.id() + ", task " + detail.task() + ", fire " + detail.fireTime()
                        + ": the task ignores the interrupt of its timeout; its claim is held until it returns");
    }

    void fenced(RunRecord run) {
        Lines.LOGGER.log(
                level(System.Logger.Level.WARNING),
                () -> name + ": schedule " + run.scheduleId() + ", fire " + run.fireTime() + ": the answer of attempt "
                        + run.attempt() + " came after its claim was lost");
    }

    void unreadable(Unreadable document) {
        if (seen.size() < MOST_REMEMBERED && seen.add(document)) {
            Lines.LOGGER.log(
                    level(System.Logger.Level.WARNING),
                    () -> name + ": document " + document.id() + " is quarantined: " + document.reason());
        }
    }

    void storeFailed(String what, Throwable cause) {
        Lines.LOGGER.log(
                level(System.Logger.Level.WARNING), name + ": " + what + " failed: " + cause.getMessage(), cause);
    }

    void failed(PulseRun pulse, PulseOrder order, String text, Throwable cause) {
        Lines.LOGGER.log(
                level(System.Logger.Level.WARNING),
                name + ": pulse " + pulse.id() + " from " + order.source() + " failed: " + text,
                cause);
    }

    static void failed(String what, Throwable cause) {
        Lines.LOGGER.log(System.Logger.Level.ERROR, what + " failed", cause);
    }
}
