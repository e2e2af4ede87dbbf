package dev.heartbeat.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a request. What two readers could take in two ways is refused instead of guessed at; parameters that
 * nobody here knows are left alone.
 */
final class QueryString {
    /** The most characters that a name or a value may have. */
    static final int LONGEST = 200;

    private final Map<String, String> values = new HashMap<>();

    /** Reads a query as it was sent. */
    QueryString(String sent) throws MalformedException {
        for (String pair : sent.split("&", -1)) {
            if (!pair.isEmpty()) {
                add(pair);
            }
        }
    }

    private void add(String pair) throws MalformedException {
        int is = pair.indexOf('=');
        String rawName = is < 0 ? pair : pair.substring(0, is);
        if (rawName.isEmpty()) {
            throw new MalformedException("a query parameter has no name; like ?strict=true");
        }
        if (rawName.length() > LONGEST) {
            throw new MalformedException("a query parameter has a name of " + rawName.length() + " characters; up to "
                    + LONGEST + " are allowed");
        }
        String name = decoded(rawName, rawName);
        String value = is < 0 ? "" : decoded(rawName, pair.substring(is + 1));
        String parameter = "the query parameter '" + name + "'";
        if (is >= 0 && value.isEmpty()) {
            throw new MalformedException(parameter + " has no value; give it one or leave it out");
        }
        if (value.length() > LONGEST) {
            throw new MalformedException(
                    parameter + " has " + value.length() + " characters; up to " + LONGEST + " are allowed");
        }
        if (values.putIfAbsent(name, value) != null) {
            throw new MalformedException(parameter + " is there twice; once is allowed");
        }
    }

    private static String decoded(String rawName, String text) throws MalformedException {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        byte[] sent = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(sent.length);
        try {
            for (int i = 0; i < sent.length; i++) {
                if (sent[i] != '%') {
                    bytes.write(sent[i] == '+' ? ' ' : sent[i]);
                } else {
                    bytes.write(digit(sent, i + 1) << 4 | digit(sent, i + 2));
                    i += 2;
                }
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("the query parameter '" + rawName
                    + "' cannot be decoded; after a % come two hex digits, and the bytes are UTF-8");
        }
    }

    private static int digit(byte[] sent, int at) throws CharacterCodingException {
        int digit = at < sent.length ? Character.digit(sent[at], 16) : -1;
        if (digit < 0) {
            throw new CharacterCodingException();
        }
        return digit;
    }

    /** Returns the value of a parameter; empty if it is not there, or has none. */
    Optional<String> text(String parameter) {
        return Optional.ofNullable(values.get(parameter)).filter(value -> !value.isEmpty());
    }

    /** Returns a whole number in the range; the other one if the parameter is not there. */
    int number(String parameter, int least, int most, int otherwise) throws MalformedException {
        Optional<String> text = text(parameter);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the message below
        }
        throw new MalformedException(
                "the query parameter '" + parameter + "' is not allowed; a whole number from " + least + " to " + most);
    }

    /** Returns the zone that a parameter names, UTC without one. */
    ZoneId zone(String parameter) throws MalformedException {
        try {
            return ZoneId.of(text(parameter).orElse("UTC"));
        } catch (DateTimeException e) {
            throw new MalformedException(
                    "the query parameter '" + parameter + "' is not allowed; a time zone such as America/New_York");
        }
    }

    /**
     * Tells whether a parameter is there and is not {@code false} or {@code 0}: a monitor that writes {@code strict=1}
     * must not be told that all is well.
     */
    boolean asks(String parameter) {
        String value = values.get(parameter);
        return value != null && !value.equalsIgnoreCase("false") && !value.equals("0");
    }
}
