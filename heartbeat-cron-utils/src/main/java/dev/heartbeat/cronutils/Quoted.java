package dev.heartbeat.cronutils;

/** Text from outside, made fit for a message: in quotes, short, and with a code for what is not printable ASCII. */
final class Quoted {
    private static final int LONGEST = 80;

    private Quoted() {}

    static String of(String text) {
        StringBuilder quoted = new StringBuilder().append('"');
        text.chars().limit(LONGEST).forEach(c -> {
            if (c >= ' ' && c <= '~') {
                quoted.append((char) c);
            } else {
                quoted.append(String.format("\\u%04X", c));
            }
        });
        return quoted.append(text.length() > LONGEST ? "...\"" : "\"").toString();
    }
}
