package dev.heartbeat.http;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the schedules of a pulse are in words. A courtesy: whatever fails here, the tick is answered without words. */
final class Descriptions {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat.http");

    private Descriptions() {}

    /** Returns the words by schedule id; empty without a read of the store if nobody knows any. */
    static Map<String, String> of(
            List<PulseDetail> details,
            Heartbeat heartbeat,
            @Nullable Function<? super Schedule, Optional<String>> describer) {
        Map<String, String> words = new LinkedHashMap<>();
        if (describer == null) {
            return words;
        }
        try {
            for (PulseDetail detail : details.subList(0, Math.min(details.size(), Json.MOST_DETAILS))) {
                heartbeat
                        .schedules()
                        .find(detail.id())
                        .flatMap(schedule -> describe(schedule, describer))
                        .ifPresent(text -> words.put(detail.id(), text));
            }
        } catch (RuntimeException e) { // the store: it will not answer for the next schedule either
            log(e);
        }
        return words;
    }

    private static Optional<String> describe(
            Schedule schedule, Function<? super Schedule, Optional<String>> describer) {
        try {
            return describer.apply(schedule);
        } catch (RuntimeException | LinkageError e) { // somebody else's code, and maybe a library that is missing
            log(e);
            return Optional.empty();
        }
    }

    private static void log(Throwable thrown) {
        LOGGER.log(System.Logger.Level.DEBUG, "a schedule of a tick could not be described", thrown);
    }
}
