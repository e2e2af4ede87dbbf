package dev.heartbeat.engine;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a circuit: the value of a state document. All instants are the store's time.
 *
 * @param failures failures in a row
 * @param openedAt when it opened; null while it is closed
 * @param openUntil the end of the cool-down; null while it is closed
 * @param probe the run that tries it after the cool-down, or null
 */
record Circuit(
        int failures,
        @Nullable Instant openedAt,
        @Nullable Instant openUntil,
        @Nullable Probe probe) {
    static final Circuit CLOSED = new Circuit(0, null, null, null);

    /**
     * The one run that tries an open circuit.
     *
     * @param scheduleId its schedule
     * @param pulseId the pulse that claimed it; a pulse claims a schedule once at the most
     * @param until when the place is free again, unless it is renewed: whoever holds it may have died
     */
    record Probe(String scheduleId, String pulseId, Instant until) {
        boolean isOf(String schedule, String pulse) {
            return scheduleId.equals(schedule) && pulseId.equals(pulse);
        }
    }

    boolean isClosed() {
        return openUntil == null;
    }

    /** Returns when the next run may try it, as far as is known; null while it is closed. */
    @Nullable
    Instant heldUntil() {
        return probe == null || openUntil == null || openUntil.isAfter(probe.until()) ? openUntil : probe.until();
    }

    Circuit withProbe(@Nullable Probe next) {
        return new Circuit(failures, openedAt, openUntil, next);
    }

    /** Reads the value of a state document; one that is empty, or makes no sense, is a closed circuit. */
    static Circuit read(Map<String, @Nullable Object> value) {
        int failures =
                value.get("failures") instanceof Long count && count > 0 ? (int) Math.min(count, Integer.MAX_VALUE) : 0;
        if (!(value.get("openUntil") instanceof Instant until)) {
            return new Circuit(failures, null, null, null);
        }
        Instant since = value.get("openedAt") instanceof Instant at ? at : until;
        return new Circuit(failures, since, until, value.get("probe") instanceof Map<?, ?> map ? probe(map) : null);
    }

    private static @Nullable Probe probe(Map<?, ?> map) {
        return map.get("schedule") instanceof String schedule
                        && map.get("pulse") instanceof String pulse
                        && map.get("until") instanceof Instant until
                ? new Probe(schedule, pulse, until)
                : null;
    }

    Map<String, @Nullable Object> write() {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        if (failures > 0) {
            value.put("failures", (long) failures);
        }
        if (openUntil != null) {
            value.put("openedAt", openedAt);
            value.put("openUntil", openUntil);
        }
        if (probe != null) {
            value.put(
                    "probe", Map.of("schedule", probe.scheduleId(), "pulse", probe.pulseId(), "until", probe.until()));
        }
        return value;
    }
}
