package dev.heartbeat.cron;

/** Reads one cron expression, in one pass over its characters. An instance reads one text and is then thrown away. */
final class CronParser {
    static final String EXAMPLE = "\"0 9 * * MON-FRI\"";

    private static final int FIELDS = CronField.values().length;
    private static final int MOST_DIGITS = 4;

    /** The text without white space around it; offsets count from here, for this is what messages show. */
    private final String text;

    private final String given;
    private int at;
    private int itemStart;

    private CronParser(String text, String given) {
        this.text = text;
        this.given = given;
    }

    /**
     * Reads an expression of five fields or a macro.
     *
     * @param text the text without white space around it
     * @param given the same text as the caller wrote it, for the exception
     */
    static CronExpression parse(String text, String given) {
        return text.startsWith("@")
                ? new CronExpression(text, new CronParser(expansion(text, given), given).calendar())
                : new CronExpression(text, new CronParser(text, given).calendar());
    }

    private static String expansion(String text, String given) {
        switch (text) {
            case "@hourly":
                return "0 * * * *";
            case "@daily":
            case "@midnight":
                return "0 0 * * *";
            case "@weekly":
                return "0 0 * * 0";
            case "@monthly":
                return "0 0 1 * *";
            case "@yearly":
            case "@annually":
                return "0 0 1 1 *";
            default:
                boolean timing =
                        TimingReader.isWord(TimingReader.EVERY, text) || TimingReader.isWord(TimingReader.AT, text);
                throw new InvalidCronException(
                        given,
                        null,
                        "Cannot read the cron expression " + Quoted.of(text) + ": "
                                + (timing ? "it is no cron expression, use Timing.cron" : "there is no such macro")
                                + ". Allowed: @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, or "
                                + FIELDS + " fields. Example: \"@daily\" or " + EXAMPLE + ".");
        }
    }

    private CronCalendar calendar() {
        requireFiveFields();
        boolean anyMinute = text.charAt(0) == '*';
        long minutes = list(CronField.MINUTE);
        boolean anyHour = text.charAt(at) == '*';
        long hours = list(CronField.HOUR);
        boolean anyDay = text.charAt(at) == '*';
        long days = list(CronField.DAY_OF_MONTH);
        long months = list(CronField.MONTH);
        boolean anyWeekday = text.charAt(at) == '*';
        long weekdays = list(CronField.DAY_OF_WEEK);
        long sunday = weekdays >>> 7;
        return new CronCalendar(
                minutes,
                (int) hours,
                (int) (days >>> 1),
                (int) (months >>> 1),
                (int) ((weekdays | sunday) & 0x7f),
                !anyDay && !anyWeekday,
                anyMinute || anyHour);
    }

    private void requireFiveFields() {
        int count = 0;
        boolean blank = true;
        for (int i = 0; i < text.length(); i++) {
            boolean blankBefore = blank;
            blank = TimingReader.isBlank(text.charAt(i));
            count += blankBefore && !blank ? 1 : 0;
        }
        if (count != FIELDS) {
            throw new InvalidCronException(
                    given,
                    null,
                    "Cannot read the cron expression " + Quoted.of(text) + ": found " + count + " fields, wanted "
                            + FIELDS + ". Allowed: minute hour day-of-month month day-of-week, or a macro such as"
                            + " @daily. Example: " + EXAMPLE + ".");
        }
    }

    /** Reads a field and the blanks behind it. */
    private long list(CronField field) {
        long bits = 0;
        do {
            itemStart = at;
            bits |= item(field);
        } while (accept(','));
        if (!atEndOfField()) {
            throw refused(field, "a value, range or step ends before " + Quoted.of(text.substring(at, at + 1)));
        }
        while (at < text.length() && TimingReader.isBlank(text.charAt(at))) {
            at++;
        }
        return bits;
    }

    private long item(CronField field) {
        int from = field.min;
        int to = field.max;
        boolean range = true;
        if (!accept('*')) {
            from = value(field);
            range = accept('-');
            to = range ? rangeEnd(field, from) : from;
        }
        int step = 1;
        if (accept('/')) {
            if (!range) {
                throw refused(field, "a step needs * or a range before it");
            }
            step = number(field, "a step");
            if (step == 0) {
                throw refused(field, "a step must be 1 or more");
            }
        }
        long bits = 0;
        for (int value = from; value <= to; value += step) {
            bits |= 1L << value;
        }
        return bits;
    }

    private int rangeEnd(CronField field, int from) {
        int start = at;
        int to = value(field);
        if (from <= to) {
            return to;
        }
        // Sunday is both ends of the week. Only a name says that a week was meant: 5-0 may as well be a slip.
        if (field == CronField.DAY_OF_WEEK && to == 0 && (isLetter(itemStart) || isLetter(start))) {
            return field.max;
        }
        throw refused(field, "the range ends before it starts");
    }

    private int value(CronField field) {
        if (isDigit(at)) {
            int value = number(field, "a value");
            if (value < field.min || value > field.max) {
                throw refused(field, value + " is out of range");
            }
            return value;
        }
        int start = at;
        while (isLetter(at)) {
            at++;
        }
        if (at == start) {
            throw refused(
                    field, atEndOfField() || text.charAt(at) == ',' ? "a value is missing" : "no value starts so");
        }
        int value = at - start == CronField.NAME_LENGTH ? field.valueOfName(text, start) : -1;
        if (value < 0) {
            throw refused(field, Quoted.of(text.substring(start, at)) + " is no name of this field");
        }
        return value;
    }

    private int number(CronField field, String what) {
        int start = at;
        int number = 0;
        while (isDigit(at)) {
            number = number * 10 + text.charAt(at) - '0';
            at++;
            if (at - start > MOST_DIGITS) {
                throw refused(field, "a number has up to " + MOST_DIGITS + " digits");
            }
        }
        if (at == start) {
            throw refused(field, what + " is missing or is no number");
        }
        return number;
    }

    private boolean accept(char c) {
        boolean here = at < text.length() && text.charAt(at) == c;
        at += here ? 1 : 0;
        return here;
    }

    private boolean atEndOfField() {
        return at == text.length() || TimingReader.isBlank(text.charAt(at));
    }

    /** Only ASCII counts, unlike in {@link Character#isDigit(char)}. */
    private boolean isDigit(int offset) {
        return offset < text.length() && text.charAt(offset) >= '0' && text.charAt(offset) <= '9';
    }

    private boolean isLetter(int offset) {
        if (offset == text.length()) {
            return false;
        }
        int lower = text.charAt(offset) | 0x20;
        return lower >= 'a' && lower <= 'z';
    }

    /** Builds the exception for the item of the list that is being read; the rest of the field may be fine. */
    private InvalidCronException refused(CronField field, String fault) {
        int end = itemStart;
        while (end < text.length() && text.charAt(end) != ',' && !TimingReader.isBlank(text.charAt(end))) {
            end++;
        }
        return new InvalidCronException(
                given,
                field.label,
                "Cannot read the cron expression " + Quoted.of(text) + ": field " + field.position() + " of "
                        + FIELDS + " (" + field.label + "), character " + (itemStart + 1) + ": "
                        + Quoted.of(text.substring(itemStart, end)) + ": " + fault + ". Allowed: " + field.allowed
                        + ", * for all, lists with commas, ranges with -, steps such as */2 after * or a range."
                        + " Example: \"" + field.example + "\" in this field, " + EXAMPLE + " in all.");
    }
}
