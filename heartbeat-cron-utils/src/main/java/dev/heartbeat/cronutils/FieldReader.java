package dev.heartbeat.cronutils;

import dev.heartbeat.cron.InvalidCronException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one field of an expression by the grammar of its dialect. */
final class FieldReader {
    private static final String VALUE = "([0-9]{1,4}|[A-Za-z]{3})";
    private static final Pattern ITEM = Pattern.compile("(?:\\*|" + VALUE + "(?:-" + VALUE + ")?)(?:/([0-9]{1,4}))?");
    private static final Pattern LAST_DAY = Pattern.compile("L|LW|L-([0-9]{1,2})");
    private static final Pattern NEAREST_WEEKDAY = Pattern.compile("([0-9]{1,2})W");
    private static final Pattern LAST_OF_WEEKDAY = Pattern.compile(VALUE + "L");
    private static final Pattern NTH_OF_WEEKDAY = Pattern.compile(VALUE + "#([1-5])");
    /** From the 28th on the day may be the last of its month, or not be there: cron-utils fails, or stays on a Sunday. */
    private static final int LAST_NEAREST_WEEKDAY = 27;

    private static final int MOST_DAYS_BEFORE_LAST = 30;
    private static final int WEEK = 7;

    private final Grammar grammar;
    private final Part part;
    private final String field;
    private final String text;
    private final String given;
    private final BitSet values = new BitSet();
    private final List<String> special = new ArrayList<>();

    /**
     * @param field the text of the field
     * @param text the whole expression, for messages
     * @param given the same as its author wrote it, for the exception
     */
    FieldReader(Grammar grammar, Part part, String field, String text, String given) {
        this.grammar = grammar;
        this.part = part;
        this.field = field;
        this.text = text;
        this.given = given;
    }

    FieldValues read() {
        if (!readsWhole()) {
            for (String item : field.split(",", -1)) {
                if (!readsDayOfWeek(item)) {
                    read(item);
                }
            }
        }
        boolean followsWall = field.startsWith("*") || field.matches("[0-9]+/.*");
        return new FieldValues(part, values, List.copyOf(special), followsWall);
    }

    /** Reads what stands for a field by itself. */
    private boolean readsWhole() {
        if (field.equals("?") && (grammar == Grammar.QUARTZ || grammar == Grammar.SPRING) && isDay()) {
            values.set(part.min, part.max + 1);
            return true;
        }
        String upper = field.toUpperCase(Locale.ROOT);
        if (part == Part.DAY_OF_WEEK && grammar == Grammar.QUARTZ && upper.equals("L")) {
            values.set(grammar.dayOfWeek(grammar.lastDayOfWeek));
            return true;
        }
        if (part != Part.DAY_OF_MONTH || grammar == Grammar.UNIX) {
            return false;
        }
        Matcher last = LAST_DAY.matcher(upper);
        Matcher nearest = NEAREST_WEEKDAY.matcher(upper);
        if (last.matches() && (grammar != Grammar.CRON4J || upper.equals("L"))) {
            if (last.group(1) != null) {
                requireIn(Integer.parseInt(last.group(1)), MOST_DAYS_BEFORE_LAST, upper);
            }
            special.add(upper);
            return true;
        }
        if (nearest.matches() && grammar != Grammar.CRON4J) {
            requireIn(Integer.parseInt(nearest.group(1)), LAST_NEAREST_WEEKDAY, upper);
            special.add(upper);
            return true;
        }
        return false;
    }

    private boolean readsDayOfWeek(String item) {
        boolean hasSpecial = grammar == Grammar.SPRING || (grammar == Grammar.QUARTZ && item.equals(field));
        if (part != Part.DAY_OF_WEEK || !hasSpecial) {
            return false;
        }
        String upper = item.toUpperCase(Locale.ROOT);
        Matcher last = LAST_OF_WEEKDAY.matcher(upper);
        Matcher nth = NTH_OF_WEEKDAY.matcher(upper);
        if (last.matches()) {
            special.add(grammar.dayOfWeek(value(last.group(1), item)) + "L");
            return true;
        }
        if (nth.matches()) {
            special.add(grammar.dayOfWeek(value(nth.group(1), item)) + "#" + nth.group(2));
            return true;
        }
        return false;
    }

    private void read(String item) {
        Matcher matcher = ITEM.matcher(item);
        if (!matcher.matches()) {
            throw refused(item, "is not read in this place");
        }
        String first = matcher.group(1);
        String second = matcher.group(2);
        String steps = matcher.group(3);
        int max = grammar.max(part);
        int from = first == null ? grammar.firstOfStar(part) : value(first, item);
        int to = second != null ? value(second, item) : first == null ? max : from;
        int step = 1;
        if (steps != null) {
            step = Integer.parseInt(steps);
            if (step == 0) {
                throw refused(item, "has a step of 0");
            }
            if (first != null && second == null) {
                if (!grammar.hasOpenSteps()) {
                    throw refused(item, "has a step without * or a range before it");
                }
                to = max;
            }
        }
        if (to < from) {
            if (!grammar.wraps(part, to)) {
                throw refused(item, "ends before it starts");
            }
            to += part == Part.DAY_OF_WEEK ? WEEK : part.max - part.min + 1;
        }
        for (int value = from; value <= to; value += step) {
            values.set(
                    part == Part.DAY_OF_WEEK
                            ? grammar.dayOfWeek(value)
                            : part.min + (value - part.min) % (part.max - part.min + 1));
        }
    }

    private int value(@Nullable String value, String item) {
        if (value == null) {
            throw refused(item, "has no value");
        }
        if (!Character.isDigit(value.charAt(0))) {
            int named = part.valueOfName(value);
            if (named < 0) {
                throw refused(item, "has a name that this field does not know");
            }
            return part == Part.DAY_OF_WEEK && grammar == Grammar.QUARTZ ? named + 1 : named;
        }
        int number = Integer.parseInt(value);
        if (number < grammar.min(part) || number > grammar.max(part)) {
            throw refused(item, "is out of range");
        }
        return number;
    }

    private void requireIn(int number, int max, String item) {
        if (number < 1 || number > max) {
            throw refused(item, "is out of range" + (item.endsWith("W") ? " (LW is the last weekday)" : ""));
        }
    }

    private boolean isDay() {
        return part == Part.DAY_OF_MONTH || part == Part.DAY_OF_WEEK;
    }

    private InvalidCronException refused(String item, String fault) {
        return new InvalidCronException(
                given,
                part.label,
                "Cannot read the " + grammar.label + " cron expression " + Quoted.of(text) + ": field "
                        + (grammar.parts().indexOf(part) + 1) + " (" + part.label + "): " + Quoted.of(item) + " "
                        + fault + ". Allowed: " + grammar.allowed(part) + ". Example: \"" + grammar.example
                        + "\" in all.");
    }
}
