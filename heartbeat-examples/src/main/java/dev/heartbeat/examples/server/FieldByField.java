package dev.heartbeat.examples.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds every problem of a map of fields with a check that throws at its first one. */
final class FieldByField {
    /**
     * A problem.
     *
     * @param field the field it is of, or null if it takes several
     * @param text what the check said
     */
    record Problem(@Nullable String field, String text) {}

    private final Map<String, ? extends @Nullable Object> sound;
    private final Consumer<Map<String, @Nullable Object>> check;
    private final List<Problem> found = new ArrayList<>();

    private FieldByField(Map<String, ? extends @Nullable Object> sound, Consumer<Map<String, @Nullable Object>> check) {
        this.sound = sound;
        this.check = check;
    }

    /**
     * Checks each field among sound ones, then what is missing, and all together if nothing was found by then.
     *
     * @param sound a sound value for each required field
     * @param check throws {@code IllegalArgumentException} if a map of fields cannot be used
     */
    static List<Problem> problems(
            Map<String, ? extends @Nullable Object> fields,
            Map<String, ? extends @Nullable Object> sound,
            Consumer<Map<String, @Nullable Object>> check) {
        FieldByField search = new FieldByField(sound, check);
        fields.forEach((name, value) -> {
            Map<String, @Nullable Object> alone = new LinkedHashMap<>(sound);
            alone.put(name, value);
            search.check(name, alone);
        });
        for (String name : sound.keySet()) {
            if (!fields.containsKey(name)) {
                Map<String, @Nullable Object> rest = new LinkedHashMap<>(search.sound);
                rest.remove(name);
                search.check(name, rest);
            }
        }
        if (search.found.isEmpty()) {
            search.check(null, new LinkedHashMap<>(fields));
        }
        return search.found;
    }

    private void check(@Nullable String name, Map<String, @Nullable Object> fields) {
        try {
            check.accept(fields);
        } catch (IllegalArgumentException e) {
            found.add(new Problem(name, String.valueOf(e.getMessage())));
        }
    }
}
