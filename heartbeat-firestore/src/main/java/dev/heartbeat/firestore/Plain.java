package dev.heartbeat.firestore;

import dev.heartbeat.schedule.Values;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reading of documents that only we write. Missing and wrong fields are null, or throw where one is required. */
final class Plain {
    private final Map<?, ?> fields;

    Plain(Map<?, ?> fields) {
        this.fields = fields;
    }

    @Nullable
    String text(String field) {
        return fields.get(field) instanceof String text ? text : null;
    }

    String requireText(String field) {
        return Optional.ofNullable(text(field)).orElseThrow(() -> missing(field));
    }

    @Nullable
    Instant instant(String field) {
        return fields.get(field) instanceof Instant instant ? instant : null;
    }

    Instant requireInstant(String field) {
        return Optional.ofNullable(instant(field)).orElseThrow(() -> missing(field));
    }

    long whole(String field, long otherwise) {
        return fields.get(field) instanceof Long number ? number : otherwise;
    }

    boolean flag(String field) {
        return Boolean.TRUE.equals(fields.get(field));
    }

    Outcome requireOutcome(String field) {
        return outcome(requireText(field)).orElseThrow(() -> missing(field));
    }

    static Optional<Outcome> outcome(String text) {
        return List.of(Outcome.values()).stream()
                .filter(each -> each.text().equals(text))
                .findFirst();
    }

    Map<String, @Nullable Object> map(String field) {
        return fields.get(field) instanceof Map<?, ?> map ? Values.copyOf(map, field) : Map.of();
    }

    /** The maps in a list; whatever else is in it is left out. */
    List<Plain> maps(String field) {
        return fields.get(field) instanceof List<?> list
                ? list.stream()
                        .flatMap(each -> each instanceof Map<?, ?> map
                                ? Optional.of(new Plain(map)).stream()
                                : Optional.<Plain>empty().stream())
                        .toList()
                : List.of();
    }

    private static IllegalArgumentException missing(String field) {
        return new IllegalArgumentException("field '" + field + "' is missing or wrong");
    }
}
