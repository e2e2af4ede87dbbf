package dev.heartbeat.http;

import dev.heartbeat.health.PulseStatus;
import java.nio.charset.StandardCharsets;

/** The status as a small picture, and as shields.io asks for it. White text stands at 4.8 to 1 or better on each colour. */
final class Badge {
    private static final String LABEL = "heartbeat";
    private static final int LABEL_WIDTH = 69;
    private static final int PADDING = 10;
    private static final double LETTER_WIDTH = 6.6; // about what Verdana of 11 px takes; textLength does the rest

    private Badge() {}

    static byte[] svg(PulseStatus status) {
        String words = words(status);
        int textWidth = (int) Math.round(words.length() * LETTER_WIDTH);
        int right = textWidth + PADDING;
        String svg = """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="20" role="img" aria-label="%2$s: %3$s">
                <title>%2$s: %3$s</title>
                <clipPath id="r"><rect width="%1$d" height="20" rx="4"/></clipPath>
                <g clip-path="url(#r)"><rect width="%4$d" height="20" fill="#3a4048"/><rect x="%4$d" width="%5$d" \
                height="20" fill="%6$s"/></g>
                <g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
                <text x="%7$d" y="14" textLength="%8$d">%2$s</text>
                <text x="%9$d" y="14" textLength="%10$d">%3$s</text>
                </g>
                </svg>
                """.formatted(
                        LABEL_WIDTH + right,
                        LABEL,
                        words,
                        LABEL_WIDTH,
                        right,
                        colour(status),
                        PADDING / 2,
                        LABEL_WIDTH - PADDING,
                        LABEL_WIDTH + PADDING / 2,
                        textWidth);
        return svg.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] shields(PulseStatus status) {
        return Json.shields(LABEL, words(status), colour(status), status == PulseStatus.ERROR);
    }

    private static String words(PulseStatus status) {
        return switch (status) {
            case ALIVE -> "healthy";
            case WARNING -> "delayed";
            case ERROR -> "error";
            case UNKNOWN -> "unknown";
        };
    }

    private static String colour(PulseStatus status) {
        return switch (status) {
            case ALIVE -> "#15803d";
            case WARNING -> "#b45309";
            case ERROR -> "#b91c1c";
            case UNKNOWN -> "#6b7280";
        };
    }
}
