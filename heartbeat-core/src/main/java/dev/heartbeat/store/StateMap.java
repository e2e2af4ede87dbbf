package dev.heartbeat.store;

import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The map {@code heartbeat} of a document, both ways. */
final class StateMap {
    private StateMap() {}

    static Map<String, @Nullable Object> write(ScheduleState state) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("cursor", state.cursor());
        map.put("wrote", state.wrote());
        map.put("rule", state.rule());
        map.put("failures", (long) state.failures());
        map.put("pending", state.pending() == null ? null : write(state.pending()));
        map.put("backfill", state.backfill() == null ? null : write(state.backfill()));
        return map;
    }

    private static Map<String, @Nullable Object> write(Backfill backfill) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("from", backfill.from());
        map.put("to", backfill.to());
        map.put("next", backfill.next());
        map.put("who", backfill.who());
        return map;
    }

    private static Map<String, @Nullable Object> write(PendingFire fire) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("key", fire.key());
        map.put("fireTime", fire.fireTime());
        map.put("forced", fire.forced());
        map.put("backfilled", fire.backfilled());
        map.put("starts", (long) fire.starts());
        map.put("state", fire.state().text());
        map.put("token", fire.token() == null ? null : fire.token().value());
        map.put("owner", fire.owner());
        map.put("until", fire.until());
        map.put("cancel", fire.cancelRequested());
        map.put("pulseId", fire.pulseId());
        map.put("answered", fire.answered() == null ? null : fire.answered().value());
        map.put("progress", fire.progress() == null ? null : write(fire.progress()));
        List<Object> missed = new ArrayList<>();
        for (FireSeries series : fire.missed()) {
            Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("outcome", series.outcome().text());
            entry.put("reason", series.reason());
            entry.put("count", (long) series.count());
            entry.put("exact", series.exact());
            entry.put("first", series.first());
            entry.put("last", series.last());
            missed.add(entry);
        }
        map.put("missed", missed);
        return map;
    }

    private static Map<String, @Nullable Object> write(Progress progress) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("percent", (long) progress.percent());
        map.put("note", progress.note());
        return map;
    }

    static ScheduleState read(Fields in) {
        Fields pending = in.nested("pending");
        Fields backfill = in.nested("backfill");
        return new ScheduleState(
                in.instant("cursor"),
                in.instant("wrote"),
                in.text("rule"),
                pending == null ? null : pending(pending),
                number(in, "failures"),
                backfill == null ? null : backfill(backfill));
    }

    private static Backfill backfill(Fields in) {
        return new Backfill(
                requireInstant(in, "from"), requireInstant(in, "to"), in.instant("next"), in.requireText("who"));
    }

    private static PendingFire pending(Fields in) {
        return new PendingFire(
                in.requireText("key"),
                requireInstant(in, "fireTime"),
                in.flag("forced"),
                in.flag("backfilled"),
                number(in, "starts"),
                Optional.ofNullable(in.constant("state", PendingFire.State.class))
                        .orElseThrow(() -> in.bad("state", "claimed, accepted or waiting")),
                token(in, "token"),
                in.text("owner"),
                in.instant("until"),
                missed(in),
                in.flag("cancel"),
                in.text("pulseId"),
                token(in, "answered"),
                progress(in.nested("progress")));
    }

    private static @Nullable RunToken token(Fields in, String field) {
        String text = in.text(field);
        try {
            return text == null ? null : new RunToken(text);
        } catch (IllegalArgumentException e) {
            throw in.bad(field, "the text that a claim wrote");
        }
    }

    private static @Nullable Progress progress(@Nullable Fields in) {
        return in == null
                ? null
                : new Progress(
                        number(in, "percent"),
                        Optional.ofNullable(in.text("note")).orElse(""));
    }

    private static List<FireSeries> missed(Fields in) {
        List<FireSeries> series = new ArrayList<>();
        if (in.value("missed") instanceof List<?> list) {
            for (Object entry : list) {
                if (!(entry instanceof Map<?, ?> map)) {
                    throw in.bad("missed", "a list of maps");
                }
                Fields fields = new Fields(in.what() + ", missed", map);
                series.add(new FireSeries(
                        Outcome.SKIPPED.text().equals(fields.text("outcome")) ? Outcome.SKIPPED : Outcome.MISSED,
                        fields.requireText("reason"),
                        number(fields, "count"),
                        fields.requireFlag("exact"),
                        requireInstant(fields, "first"),
                        requireInstant(fields, "last")));
            }
        }
        return series;
    }

    private static int number(Fields in, String field) {
        Long value = in.whole(field);
        return value == null ? 0 : (int) Math.max(0, Math.min(value, Integer.MAX_VALUE));
    }

    private static Instant requireInstant(Fields in, String field) {
        Instant instant = in.instant(field);
        if (instant == null) {
            throw in.bad(field, "an instant");
        }
        return instant;
    }
}
