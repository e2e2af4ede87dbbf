package dev.heartbeat.cronutils;

import dev.heartbeat.cron.InvalidCronException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * An expression that was read by the grammar of its dialect.
 *
 * @param grammar the dialect
 * @param text the expression without white space around it
 * @param fields second, minute, hour, day of the month, month, day of the week, and a year if it was given
 */
record ReadCron(Grammar grammar, String text, List<FieldValues> fields) {
    private static final int LONGEST = 256;
    private static final int TIME_FIELDS = 3;
    /** As the core does: other white space is left, so that it is seen and refused. */
    private static final Pattern OUTER_SPACE = Pattern.compile("^[ \\t\\r\\n]+|[ \\t\\r\\n]+$");

    /** Reads an expression. What it lets through, cron-utils is known to read right. */
    static ReadCron read(Grammar grammar, String given) {
        if (given.length() > LONGEST) {
            throw refused(grammar, given, given, "it has " + given.length() + " characters", "up to " + LONGEST);
        }
        String text = OUTER_SPACE.matcher(given).replaceAll("");
        // Digits of other scripts are digits to cron-utils.
        if (!text.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == '\t')) {
            throw refused(grammar, given, text, "it has a character that is not ASCII", "visible ASCII");
        }
        if (text.indexOf('|') >= 0) {
            throw refused(grammar, given, text, "it has a |", "one expression; make a schedule of each");
        }
        String[] words = grammar.expand(text).split("[ \t]+", -1);
        if (text.isEmpty()
                || words.length < grammar.fewestFields()
                || words.length > grammar.parts().size()) {
            throw refused(
                    grammar, given, text, "it has " + (text.isEmpty() ? 0 : words.length) + " fields", shape(grammar));
        }
        List<FieldValues> fields = new ArrayList<>();
        if (!grammar.parts().contains(Part.SECOND)) {
            fields.add(new FieldReader(grammar, Part.SECOND, "0", text, given).read());
        }
        for (int i = 0; i < words.length; i++) {
            fields.add(new FieldReader(grammar, grammar.parts().get(i), words[i], text, given).read());
        }
        if (grammar == Grammar.QUARTZ && words[3].equals("?") == words[5].equals("?")) {
            throw refused(grammar, given, text, "both day fields are set, or none", "? in one of the two day fields");
        }
        return new ReadCron(grammar, text, List.copyOf(fields));
    }

    private static String shape(Grammar grammar) {
        StringJoiner shape = new StringJoiner(" ");
        grammar.parts().forEach(part -> shape.add(part == Part.YEAR ? "[year]" : part.label));
        return shape + (grammar == Grammar.SPRING ? ", or a macro such as @daily" : "");
    }

    /** Tells whether the wall clock is followed under the policy VIXIE. */
    boolean followsWall() {
        return fields.stream().limit(TIME_FIELDS).anyMatch(FieldValues::followsWall);
    }

    FieldValues field(Part part) {
        return fields.stream().filter(field -> field.part() == part).findFirst().orElseThrow();
    }

    /** Returns the expression in the one form that is given to cron-utils. */
    String forCronUtils() {
        StringJoiner text = new StringJoiner(" ");
        fields.forEach(field -> text.add(field.text()));
        return text.toString();
    }

    InvalidCronException refused(String fault, String allowed) {
        return refused(grammar, text, text, fault, allowed);
    }

    private static InvalidCronException refused(
            Grammar grammar, String given, String text, String fault, String allowed) {
        return new InvalidCronException(
                given,
                null,
                "Cannot read the " + grammar.label + " cron expression " + Quoted.of(text) + ": " + fault
                        + ". Allowed: " + allowed + ". Example: \"" + grammar.example + "\".");
    }
}
