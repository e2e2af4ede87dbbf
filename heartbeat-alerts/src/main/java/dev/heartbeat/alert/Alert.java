package dev.heartbeat.alert;

import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What people are told. Immutable and thread-safe. Causes are those of the health: they may hold the text of a task's
 * exception, so a sink is for people who may see that.
 *
 * @param platform the name of the heartbeat
 * @param rule the name of the rule
 * @param kind whether it has begun, goes on, or is over
 * @param status the status now
 * @param causes why, most serious first; empty when it is over
 * @param since since when the rule is, or was, seen to hold; each cause has a time of its own
 * @param at when it was looked at; of an end, since when it is over
 * @param key the same each time this message is sent, also by another process after a crash: for receivers that drop doubles
 */
public record Alert(
        String platform,
        String rule,
        Kind kind,
        PulseStatus status,
        List<Condition> causes,
        Instant since,
        Instant at,
        String key) {
    private static final int SHORT = 160;
    private static final int MOST_CAUSES = 20;

    /** What has happened. */
    public enum Kind {
        /** The rule holds. */
        RAISED,
        /** It still holds. */
        REPEATED,
        /** It holds no longer. */
        RECOVERED;

        /** Returns the lower-case word used in JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Copies the list. */
    public Alert {
        causes = List.copyOf(causes);
    }

    /** Returns one line of at most {@value #SHORT} characters. */
    public String title() {
        String first = causes.isEmpty() ? "" : ": " + causes.get(0).cause();
        String line = switch (kind) {
            case RAISED -> platform + " " + status.text() + " (" + rule + ")" + first;
            case REPEATED -> platform + " still " + status.text() + " (" + rule + ")" + first;
            case RECOVERED -> platform + " " + status.text() + " now (" + rule + " is over)";
        };
        String plain = line.replaceAll("[\\p{Cntrl}\\s]+", " ");
        if (plain.length() <= SHORT) {
            return plain;
        }
        int cut = SHORT - 3;
        return plain.substring(0, Character.isHighSurrogate(plain.charAt(cut - 1)) ? cut - 1 : cut) + "...";
    }

    /** Returns all of it in plain text, one cause after the other, each with what to do. */
    public String text() {
        StringBuilder text = new StringBuilder(title()).append("\n\nSince ").append(since);
        text.append(kind == Kind.RECOVERED ? " to " : ", seen at ").append(at).append(" (UTC)\n");
        for (Condition cause : causes.subList(0, Math.min(causes.size(), MOST_CAUSES))) {
            text.append("\n- ").append(cause.name()).append(": ").append(cause.cause());
            text.append("\n  since ").append(cause.since());
            text.append("\n  next step: ").append(cause.nextStep()).append('\n');
        }
        if (causes.size() > MOST_CAUSES) {
            text.append("\n... and ").append(causes.size() - MOST_CAUSES).append(" more\n");
        }
        return text.toString();
    }
}
