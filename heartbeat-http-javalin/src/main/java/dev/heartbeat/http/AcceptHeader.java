package dev.heartbeat.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a client accepts (RFC 9110, section 12.5.1): media ranges with their weights, parameters of types left aside. */
final class AcceptHeader {
    private final List<Range> ranges = new ArrayList<>();

    private record Range(String type, double weight) {}

    AcceptHeader(List<String> values) {
        for (String value : values) {
            for (String range : value.split(",", -1)) {
                String[] parts = range.split(";", -1);
                ranges.add(new Range(parts[0].strip().toLowerCase(Locale.ROOT), weight(parts)));
            }
        }
    }

    /** Tells whether the type is named, is not ruled out, and the other one is not liked better. */
    boolean prefers(String type, String other) {
        double named = exact(type);
        return named > 0 && named >= weight(other);
    }

    private double weight(String type) {
        for (String range : List.of(type, type.substring(0, type.indexOf('/')) + "/*", "*/*")) {
            double weight = exact(range);
            if (weight >= 0) {
                return weight;
            }
        }
        return 0;
    }

    /** Returns the weight of the range as it is named; -1 if it is not. */
    private double exact(String range) {
        return ranges.stream()
                .filter(each -> each.type.equals(range))
                .mapToDouble(Range::weight)
                .max()
                .orElse(-1);
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                try {
                    return Math.max(
                            0,
                            Math.min(
                                    1, Double.parseDouble(parameter.substring(2).strip())));
                } catch (NumberFormatException e) {
                    return 1; // no weight that can be read is none
                }
            }
        }
        return 1;
    }
}
