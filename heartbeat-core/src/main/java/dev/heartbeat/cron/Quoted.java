package dev.heartbeat.cron;

/** Text from outside, made fit for a message: in quotes, cut to a sane length, printable ASCII only. */
final class Quoted {
    private static final int LONGEST = 80;

    private Quoted() {}

    /**
     * Quotes the text. A character outside printable ASCII is shown by its code, because that is often the fault: a
     * digit of another script, or a no-break space pasted from a web page.
     */
    static String of(String text) {
        StringBuilder quoted = new StringBuilder().append('"');
        for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~') {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04X", (int) c));
            }
        }
        return quoted.append(text.length() > LONGEST ? "...\"" : "\"").toString();
    }
}
