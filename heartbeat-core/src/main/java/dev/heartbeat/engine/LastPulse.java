package dev.heartbeat.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the account of pulses stands. Immutable; pure.
 *
 * @param beat the start of the latest beat that had a pulse, in milliseconds since 1970; negative before there was one
 * @param first the start of the first pulse in it
 * @param latest the start of the latest pulse
 * @param red whether that one left a heartbeat with errors
 */
record LastPulse(long beat, long first, long latest, boolean red) {
    static final LastPulse NONE = new LastPulse(-1, -1, -1, false);

    private static final String BEAT = "beat";
    private static final String FIRST = "first";
    private static final String LATEST = "latest";
    private static final String RED = "red";

    static LastPulse of(Instant startedAt, Duration interval, boolean red) {
        long start = startedAt.toEpochMilli();
        return new LastPulse(BeatRule.beat(startedAt, interval).toEpochMilli(), start, start, red);
    }

    boolean isNone() {
        return beat < 0;
    }

    /** Returns where it stands after another pulse, which may have started before the ones that are known. */
    LastPulse then(LastPulse pulse) {
        boolean later = pulse.latest >= latest;
        return new LastPulse(
                Math.max(beat, pulse.beat),
                pulse.beat > beat ? pulse.first : first,
                Math.max(latest, pulse.latest),
                later ? pulse.red : red);
    }

    static LastPulse read(Map<?, ?> values) {
        return values.get(BEAT) instanceof Long beat
                        && values.get(FIRST) instanceof Long first
                        && values.get(LATEST) instanceof Long latest
                ? new LastPulse(beat, first, latest, Boolean.TRUE.equals(values.get(RED)))
                : NONE;
    }

    Map<String, @Nullable Object> write() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put(BEAT, beat);
        values.put(FIRST, first);
        values.put(LATEST, latest);
        values.put(RED, red);
        return values;
    }
}
