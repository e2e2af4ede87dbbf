package dev.heartbeat.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Hides what looks like a secret: values by their keys, and the usual forms in texts. Immutable. */
final class Redaction {
    static final String HIDDEN = "[redacted]";

    private static final int LONGEST_TEXT = 500;
    /** A secret that begins in what is shown is hidden to its end, or to here. */
    private static final int LONGEST_LOOK = 4 * LONGEST_TEXT;

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{6,}");
    private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]{1,500}@");
    private static final Pattern PAIR = Pattern.compile(
            "(?i)((?:passw|pwd|secret|token|api[_-]?key|credential|signature|cookie)[A-Za-z0-9_.-]{0,64}[\"']?\\s{0,8}[=:]\\s{0,8})"
                    + "(\"[^\"]*\"|'[^']*'|[^\\s&,;]+)");

    private final Set<String> words;

    Redaction(Set<String> words) {
        this.words = words;
    }

    static String letters(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** Returns the values with those hidden that have a telling key, at any depth. */
    Map<String, @Nullable Object> of(Map<String, @Nullable Object> values) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        values.forEach((key, value) -> shown.put(key, isSecret(key) && value != null ? HIDDEN : shown(value)));
        return shown;
    }

    private boolean isSecret(String key) {
        String letters = letters(key);
        return words.stream().anyMatch(letters::contains);
    }

    private @Nullable Object shown(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            map.forEach((key, each) -> values.put(String.valueOf(key), each));
            return of(values);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> shown = new ArrayList<>();
            list.forEach(each -> shown.add(shown(each)));
            return shown;
        }
        return value instanceof String text ? hidden(text) : value;
    }

    /** Returns an error text, cut, with what looks like a secret hidden. */
    static @Nullable String text(@Nullable String text) {
        return text == null
                ? null
                : cut(hidden(text.length() <= LONGEST_LOOK ? text : text.substring(0, LONGEST_LOOK)));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }

    private static String hidden(String text) {
        String bearer = BEARER.matcher(text).replaceAll("$1 " + HIDDEN);
        String user = USER_INFO.matcher(bearer).replaceAll("://" + HIDDEN + "@");
        return PAIR.matcher(user).replaceAll("$1" + HIDDEN);
    }
}
