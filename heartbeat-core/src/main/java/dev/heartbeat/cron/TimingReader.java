package dev.heartbeat.cron;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Reads the texts that {@link Timing#cron(String)} takes and decides which kind of timing they are. */
final class TimingReader {
    static final String EVERY = "@every";
    static final String AT = "@at";

    private static final int LONGEST = 256;

    /** Thousands of schedules have few expressions, and most of what a schedule weighs is its expression: kept once. */
    private static final AtomicReferenceArray<@Nullable CronExpression> RECENT = new AtomicReferenceArray<>(4_096);

    private TimingReader() {}

    static Timing read(String text) {
        String trimmed = trim(text);
        if (isWord(EVERY, trimmed)) {
            return every(trimmed, text);
        }
        return isWord(AT, trimmed) ? at(trimmed, text) : cron(trimmed, text);
    }

    private static Timing cron(String trimmed, String text) {
        int hash = trimmed.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (RECENT.length() - 1);
        CronExpression recent = RECENT.get(slot);
        if (recent == null || !recent.text().equals(trimmed)) {
            recent = CronParser.parse(trimmed, text);
            RECENT.set(slot, recent);
        }
        return recent;
    }

    /**
     * Drops what may stand around a text: blanks, tabs, and the line break that a text block or a file leaves behind.
     * No other white space is dropped, so that a no-break space is seen and named.
     */
    static String trim(String text) {
        if (text.length() > LONGEST) {
            throw new InvalidCronException(
                    text,
                    null,
                    "Cannot read the cron expression " + Quoted.of(text) + ": it has " + text.length()
                            + " characters. Allowed: up to " + LONGEST + " characters. Example: "
                            + CronParser.EXAMPLE + ".");
        }
        int start = 0;
        int end = text.length();
        while (start < end && isOuterSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isOuterSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** Tells whether the text is this word, alone or with something behind a blank. */
    static boolean isWord(String word, String text) {
        return text.startsWith(word) && (text.length() == word.length() || isBlank(text.charAt(word.length())));
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isOuterSpace(char c) {
        return isBlank(c) || c == '\n' || c == '\r';
    }

    private static Timing every(String trimmed, String text) {
        String argument = trim(trimmed.substring(EVERY.length()));
        try {
            return PeriodicTiming.of(Duration.parse(argument));
        } catch (InvalidCronException e) {
            throw refused(trimmed, text, argument, "is out of range", PeriodicTiming.ALLOWED, PeriodicTiming.EXAMPLE);
        } catch (DateTimeException | ArithmeticException e) {
            throw refused(trimmed, text, argument, "is no duration", PeriodicTiming.ALLOWED, PeriodicTiming.EXAMPLE);
        }
    }

    private static Timing at(String trimmed, String text) {
        String argument = trim(trimmed.substring(AT.length()));
        try {
            return new OneOffTiming(Instant.parse(argument));
        } catch (DateTimeException | ArithmeticException e) {
            throw refused(
                    trimmed,
                    text,
                    argument,
                    "is no instant",
                    "an ISO-8601 instant with Z or an offset",
                    "\"@at 2026-03-01T09:00:00Z\"");
        }
    }

    private static InvalidCronException refused(
            String trimmed, String text, String argument, String fault, String allowed, String example) {
        return new InvalidCronException(
                text,
                null,
                "Cannot read the timing " + Quoted.of(trimmed) + ": " + Quoted.of(argument) + " at character "
                        + (trimmed.length() - argument.length() + 1) + " " + fault + ". Allowed: " + allowed
                        + ". Example: " + example + ".");
    }
}
