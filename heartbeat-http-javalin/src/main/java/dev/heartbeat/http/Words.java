package dev.heartbeat.http;

import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sentences of the dashboard about pulses and runs, made in this one place. Pure. */
final class Words {
    private Words() {}

    /** How a pulse is marked in the timeline. */
    enum Mark {
        /** All well. */
        OK,
        /** Something is tried again, put off, or goes on. */
        WARNING,
        /** Something failed for good, or the pulse itself. */
        ERROR,
        /** Nothing was due. */
        IDLE;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Mark mark(PulseRecord pulse) {
        Map<Outcome, Integer> counts = pulse.counts();
        if (pulse.error() != null
                || counts.containsKey(Outcome.FAILED)
                || counts.containsKey(Outcome.TIMED_OUT)
                || pulse.details().stream().anyMatch(Words::isOverdue)) {
            return Mark.ERROR;
        }
        if (counts.containsKey(Outcome.RETRYING)
                || counts.containsKey(Outcome.DEFERRED)
                || counts.containsKey(Outcome.RUNNING)) {
            return Mark.WARNING;
        }
        return counts.isEmpty() ? Mark.IDLE : Mark.OK;
    }

    /** What is held back for so long that it is an error. */
    private static boolean isOverdue(PulseDetail detail) {
        return detail.error() != null && (detail.outcome() == Outcome.SKIPPED || detail.outcome() == Outcome.DEFERRED);
    }

    /** Returns what a pulse did, such as {@code 3 tasks executed}. */
    static String text(PulseRecord pulse) {
        if (pulse.error() != null) {
            return "the pulse failed: " + Redaction.text(pulse.error());
        }
        return text(pulse.counts());
    }

    static String text(Map<Outcome, Integer> counts) {
        List<String> parts = new ArrayList<>();
        say(parts, tasks(counts, Outcome.EXECUTED), "executed");
        say(parts, tasks(counts, Outcome.RETRYING), "failed, retry scheduled");
        say(parts, tasks(counts, Outcome.FAILED), "failed");
        say(parts, tasks(counts, Outcome.TIMED_OUT), "timed out");
        say(parts, tasks(counts, Outcome.RUNNING), "still running");
        say(parts, tasks(counts, Outcome.DEFERRED), "put off");
        say(parts, tasks(counts, Outcome.MISSED), "missed");
        say(parts, tasks(counts, Outcome.SKIPPED), "skipped");
        say(parts, tasks(counts, Outcome.CANCELLED), "cancelled");
        return parts.isEmpty() ? "nothing due" : String.join("; ", parts);
    }

    private static int tasks(Map<Outcome, Integer> counts, Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    private static void say(List<String> parts, int count, String what) {
        if (count > 0) {
            parts.add(counted(count, "task") + " " + what);
        }
    }

    static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** Returns how a fire stood when its pulse answered. */
    static String of(PulseDetail detail) {
        return of(detail.outcome(), detail.reason(), detail.attempt(), 1);
    }

    /** Returns how a fire ended. */
    static String of(RunRecord run) {
        return of(run.outcome(), run.reason(), run.attempt(), run.count());
    }

    private static String of(Outcome outcome, @Nullable String reason, int attempt, int count) {
        String why = reason == null ? "" : reason;
        String plain = RunRecord.isBackfilled(why)
                ? why.substring(Math.min(why.length(), RunRecord.BACKFILL.length() + 2))
                : why;
        String sentence = switch (outcome) {
            case EXECUTED -> attempt > 1 ? "Executed at attempt " + attempt : "Executed";
            case FAILED -> failed(plain, attempt);
            case TIMED_OUT -> "Ran past its timeout" + (attempt > 1 ? " at attempt " + attempt : "");
            case CANCELLED -> "Called off by a person";
            case SKIPPED -> skipped(plain);
            case MISSED ->
                (count == 1 ? "Passed without a run" : counted(count, "fire") + " passed without a run")
                        + missed(plain);
            case RUNNING -> running(plain);
            case RETRYING -> "Attempt " + attempt + " failed; the next one is planned";
            case DEFERRED -> deferred(plain);
        };
        return RunRecord.isBackfilled(why) ? sentence + " (backfill)" : sentence;
    }

    private static String failed(String reason, int attempt) {
        return switch (reason) {
            case "lost" -> "Lost with its process, and no attempt was left";
            case "superseded" -> "Failed; its next fire took its place";
            case RunRecord.FENCED -> "A late answer, noted and not counted: somebody else had taken over";
            case PulseDetail.QUARANTINED -> "The document holds no schedule";
            default -> attempt > 1 ? "Failed at attempt " + attempt + ", and none is left" : "Failed";
        };
    }

    private static String skipped(String reason) {
        return switch (reason) {
            case "paused" -> "Passed over by a pause";
            case "queue-paused" -> "Its queue is paused";
            case "maintenance" -> "Everything is paused";
            case PulseDetail.NOT_DUE -> "Not due yet";
            case PulseDetail.WINDOW -> "Waits for its slot in the window";
            case PulseDetail.NO_EXECUTOR -> "Nobody has registered its task here; it stays due";
            case "" -> "The task had nothing to do";
            default -> "Skipped: " + reason;
        };
    }

    private static String missed(String reason) {
        return switch (reason) {
            case "coalesced" -> ": a later fire ran for it";
            case "too-old" -> ": too old to catch up";
            case "overload" -> ": no pulse had time for it";
            case "" -> "";
            default -> ": " + reason;
        };
    }

    private static String running(String reason) {
        return switch (reason) {
            case PulseDetail.ACCEPTED -> "Goes on elsewhere until somebody answers for it";
            case PulseDetail.STUCK -> "Ignores its timeout";
            default -> "Still at work when the pulse answered";
        };
    }

    static String deferred(String reason) {
        if (reason.startsWith(PulseDetail.WOULD_NOT_FIT)) {
            return "Would likely not end within the budget; it stays due";
        }
        return switch (reason) {
            case PulseDetail.BUDGET -> "The pulse had no time left for it; it stays due";
            case PulseDetail.LIMIT -> "Waits for a place within the limit of its task or queue";
            case PulseDetail.CIRCUIT_OPEN -> "Held back by failures in a row of its circuit";
            case PulseDetail.SHUTDOWN -> "Put off by a shutdown";
            default -> "Put off; it stays due";
        };
    }

    /** Returns what a person did. */
    static String did(String who, String verb, String target) {
        return who
                + switch (verb) {
                    case "run-now" -> " asked for a run of " + target;
                    case "pause" -> " paused " + target;
                    case "resume" -> " resumed " + target;
                    case "cancel" -> " called off the run of " + target;
                    case "delete" -> " deleted " + target;
                    case "pause-queue" -> " paused queue " + target;
                    case "resume-queue" -> " resumed queue " + target;
                    case "pause-all" -> " paused everything";
                    case "resume-all" -> " resumed everything";
                    case "backfill" -> " asked for a backfill of " + target;
                    case "stop-backfill" -> " ended the backfill of " + target;
                    case "pulse" -> " asked for a pulse";
                    default -> ": " + verb + " " + target;
                };
    }

    /** Returns a duration in milliseconds as people say it. */
    static String duration(long ms) {
        if (ms < 1_000) {
            return ms + " ms";
        }
        if (ms < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", ms / 1_000.0);
        }
        long seconds = ms / 1_000;
        return seconds < 3_600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3_600 + " h " + seconds / 60 % 60 + " min";
    }
}
