package dev.heartbeat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.Progress;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pulses and runs as the dashboard tells them. */
final class RunJson {
    private RunJson() {}

    /** One line of the timeline. */
    static ObjectNode pulse(PulseRecord pulse) {
        ObjectNode node = Nodes.object();
        node.put("id", pulse.id());
        Nodes.time(node, "at", pulse.startedAt());
        node.put("source", pulse.source());
        node.put("durationMs", pulse.durationMs());
        node.put("mark", Words.mark(pulse).text());
        node.put("text", Words.text(pulse));
        node.put("executed", count(pulse, Outcome.EXECUTED));
        node.put("failed", count(pulse, Outcome.FAILED) + count(pulse, Outcome.TIMED_OUT));
        node.put("retrying", count(pulse, Outcome.RETRYING));
        node.put("running", count(pulse, Outcome.RUNNING));
        node.put("deferred", count(pulse, Outcome.DEFERRED));
        node.put("skipped", count(pulse, Outcome.SKIPPED));
        node.put("missed", count(pulse, Outcome.MISSED));
        node.put("error", Redaction.text(pulse.error()));
        return node;
    }

    private static int count(PulseRecord pulse, Outcome outcome) {
        return pulse.counts().getOrDefault(outcome, 0);
    }

    /** Tells whether a detail is of a fire that the pulse handled, not of one that comes next. */
    static boolean isHandled(PulseDetail detail) {
        return detail.outcome() != Outcome.SKIPPED || detail.fireTime() != null;
    }

    static ObjectNode handled(PulseDetail detail) {
        ObjectNode node = Nodes.object();
        node.put(
                "id",
                detail.fireTime() == null
                        ? null
                        : RunId.of(detail.id(), detail.fireTime()).text());
        node.put("schedule", detail.id());
        node.put("task", detail.task());
        node.put("queue", detail.queue());
        node.put("outcome", detail.outcome().text());
        node.put("reason", Redaction.text(detail.reason()));
        node.put("words", Redaction.text(Words.of(detail)));
        Nodes.time(node, "fireTime", detail.fireTime());
        node.put("attempt", detail.attempt());
        node.put("durationMs", detail.durationMs());
        Nodes.time(node, "retryAt", detail.retryAt());
        node.put("error", Redaction.text(detail.error()));
        return node;
    }

    static ObjectNode upcoming(PulseDetail detail) {
        ObjectNode node = Nodes.object();
        node.put("schedule", detail.id());
        node.put("task", detail.task());
        node.put("queue", detail.queue());
        node.put("reason", detail.reason());
        Nodes.time(node, "nextRun", detail.nextRun());
        return node;
    }

    static ObjectNode ledger(RunRecord run, Redaction redaction) {
        ObjectNode node = Nodes.object();
        node.put("id", RunId.of(run).text());
        node.put("schedule", run.scheduleId());
        node.put("task", run.task());
        node.put("queue", run.queue());
        node.put("outcome", run.outcome().text());
        node.put("reason", Redaction.text(run.reason()));
        node.put("words", Redaction.text(Words.of(run)));
        Nodes.time(node, "fireTime", run.fireTime());
        Nodes.time(node, "firstFire", run.firstFire());
        node.put("count", run.count());
        node.put("exact", run.exact());
        node.put("attempt", run.attempt());
        Nodes.time(node, "startedAt", run.startedAt());
        Nodes.time(node, "endedAt", run.endedAt());
        Long took = durationMs(run);
        node.put("durationMs", took);
        node.put("error", Redaction.text(run.error()));
        Map<String, @Nullable Object> result = new LinkedHashMap<>(run.result());
        result.remove(RunRecord.COUNTS);
        node.set("result", Nodes.value(redaction.of(result)));
        node.set("counts", Nodes.value(run.counts()));
        node.put("pulse", run.pulseId());
        node.put("forced", run.isForced());
        node.put("backfill", run.isBackfilled());
        return node;
    }

    static @Nullable Long durationMs(RunRecord run) {
        return run.startedAt() == null
                ? null
                : Math.max(0, Duration.between(run.startedAt(), run.endedAt()).toMillis());
    }

    /** A fire that has begun and not ended. */
    static @Nullable ObjectNode pending(@Nullable PendingFire fire) {
        if (fire == null) {
            return null;
        }
        ObjectNode node = Nodes.object();
        node.put("state", fire.state().text());
        node.put(
                "words",
                switch (fire.state()) {
                    case CLAIMED -> fire.cancelRequested() ? "Is being called off" : "At work";
                    case ACCEPTED -> "Goes on elsewhere until somebody answers for it";
                    case WAITING -> "Attempt " + fire.starts() + " failed; the next one is planned";
                });
        node.put("attempt", fire.starts());
        Nodes.time(node, "until", fire.until());
        node.set("progress", progress(fire.progress()));
        return node;
    }

    static @Nullable ObjectNode progress(@Nullable Progress progress) {
        if (progress == null) {
            return null;
        }
        ObjectNode node = Nodes.object();
        node.put("percent", progress.percent());
        node.put("note", Redaction.text(progress.note()));
        return node;
    }
}
