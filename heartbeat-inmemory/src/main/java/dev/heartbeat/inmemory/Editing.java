package dev.heartbeat.inmemory;

import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an edit makes of a document. */
final class Editing {
    private Editing() {}

    static boolean isExpected(@Nullable Held current, Version expected) {
        if (current == null || expected.equals(Version.NONE)) {
            return current == null && expected.equals(Version.NONE);
        }
        return expected.equals(Version.ANY) || current.hasVersion(expected);
    }

    static Held apply(Stamp stamp, @Nullable Held current, ScheduleEdit edit) {
        if (current == null) {
            return create(stamp, edit);
        }
        return current instanceof Document document
                ? change(stamp, document, edit)
                : mend(stamp, (BadDocument) current, edit);
    }

    private static Document create(Stamp stamp, ScheduleEdit edit) {
        Schedule schedule = edit.schedule();
        if (schedule == null) {
            throw new IllegalArgumentException(
                    "edit of schedule '" + edit.id() + "': there is no document and the edit holds no definition");
        }
        LastRun lastRun = edit.lastRun() == null ? LastRun.MISSING : edit.lastRun();
        ScheduleState state = edit.state() == null ? ScheduleState.NEW : edit.state();
        return Document.of(stamp, schedule, lastRun, null, edit.pause(), edit.over(state), null);
    }

    private static Document change(Stamp stamp, Document document, ScheduleEdit edit) {
        LastRun lastRun = lastRun(edit);
        return document.edited(
                stamp,
                edit.schedule() == null ? document.schedule() : edit.schedule(),
                lastRun == null ? document.lastRun() : lastRun,
                edit.pause() == null ? document.pause() : edit.pause(),
                edit.over(document.state()));
    }

    /** The edit may mend what is wrong, or not: write its fields and read again. */
    private static Held mend(Stamp stamp, BadDocument document, ScheduleEdit edit) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(document.fields());
        Schedule schedule = edit.schedule();
        if (schedule != null) {
            fields.keySet().removeAll(ScheduleDocument.DEFINITION);
            fields.putAll(ScheduleDocument.definition(schedule));
        }
        LastRun lastRun = lastRun(edit);
        if (lastRun != null) {
            fields.put("lastRun", lastRun.value());
        }
        Pause pause = edit.pause();
        if (pause != null) {
            fields.put("pausedUntil", pause.until());
            fields.put("pausedBy", pause.by());
            fields.put("pauseReason", pause.reason());
        }
        ScheduleState state = edit.over(document.state());
        if (!state.equals(document.state())) {
            fields.put("heartbeat", ScheduleDocument.heartbeat(state));
        }
        Held mended =
                HandWriting.read(stamp, edit.id(), HandWriting.copyOf(fields), timing(schedule), document.settled());
        return schedule != null && mended instanceof Document readable
                ? change(stamp, readable, ScheduleEdit.define(schedule)) // what a document cannot say of a definition
                : mended;
    }

    /** The timing of the definition may be of a kind that only its author's code can read. */
    private static Function<String, Timing> timing(@Nullable Schedule schedule) {
        return text ->
                schedule != null && schedule.timing().text().equals(text) ? schedule.timing() : Timing.cron(text);
    }

    private static @Nullable LastRun lastRun(ScheduleEdit edit) {
        LastRun lastRun = edit.lastRun();
        return lastRun == null || lastRun.kind() == LastRun.Kind.MISSING ? null : lastRun;
    }
}
