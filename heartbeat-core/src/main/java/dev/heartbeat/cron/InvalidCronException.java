package dev.heartbeat.cron;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text is not a timing that this library reads. The message says what was attempted, names the field and its
 * position, quotes the bad part, states what is allowed and gives a valid example. The text is an argument: correct it
 * and try again; trying the same text again does not help.
 */
public final class InvalidCronException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String expression;
    private final @Nullable String field;

    /**
     * Refuses a text. Public for those who read other dialects.
     *
     * @param expression the text as it was given
     * @param field the name of the field that is wrong, or null if the fault is not in one field
     * @param message what was attempted, the bad part, what is allowed, and an example
     */
    public InvalidCronException(String expression, @Nullable String field, String message) {
        super(message);
        this.expression = expression;
        this.field = field;
    }

    /** Returns the text that was refused, as it was given: neither trimmed nor shortened, unlike in the message. */
    public String expression() {
        return expression;
    }

    /**
     * Returns the name of the field that is wrong: minute, hour, day-of-month, month or day-of-week (in other dialects
     * also second or year). It is empty if the
     * fault is not in one field, such as a wrong number of fields or an unknown macro.
     */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
