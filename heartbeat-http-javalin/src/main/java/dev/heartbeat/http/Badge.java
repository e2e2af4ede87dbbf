package dev.heartbeat.http;

import dev.heartbeat.health.PulseStatus;
import java.nio.charset.StandardCharsets;

/** The status as a small picture, and as shields.io asks for it. White text stands at 4.8 to 1 or better on each colour. */
final class Badge {
    private static final String LABEL = "heartbeat";
    private static final int PADDING = 12;
    private static final double LETTER_WIDTH = 6.2; // about what the fonts take at 11 px; textLength does the rest

    private Badge() {}

    static byte[] svg(PulseStatus status) {
        String words = words(status);
        int left = width(LABEL) + PADDING;
        int right = width(words) + PADDING;
        String svg = """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="20" role="img" aria-label="%2$s: %3$s">
                <title>%2$s: %3$s</title>
                <clipPath id="r"><rect width="%1$d" height="20" rx="4"/></clipPath>
                <g clip-path="url(#r)"><rect width="%4$d" height="20" fill="#3a4048"/>\
                <rect x="%4$d" width="%5$d" height="20" fill="%6$s"/></g>
                <g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
                %7$s
                %8$s
                </g>
                </svg>
                """.formatted(
                        left + right, LABEL, words, left, right, colour(status), text(LABEL, 0), text(words, left));
        return svg.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(String text, int left) {
        return "<text x=\"" + (left + PADDING / 2) + "\" y=\"14\" textLength=\"" + width(text)
                + "\" lengthAdjust=\"spacingAndGlyphs\">" + text + "</text>";
    }

    private static int width(String text) {
        return (int) Math.round(text.length() * LETTER_WIDTH);
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
