package dev.heartbeat.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks bearer credentials in constant time: digests are compared with every valid secret, without an early exit. */
final class BearerSecrets {
    private static final Pattern SCHEME = Pattern.compile("(?i)bearer( |$)");
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+)");

    private final List<byte[]> digests;

    /** How a request stands. */
    enum Check {
        /** The secret is right. */
        VALID,
        /** No credential was sent. */
        MISSING,
        /** A credential was sent, and it is wrong. */
        WRONG
    }

    BearerSecrets(List<String> secrets) {
        this.digests = secrets.stream().map(BearerSecrets::digest).toList();
    }

    /**
     * Checks the values of the header. Those of other schemes are not ours: a proxy in front may ask for them. Several
     * secrets at once are wrong, whatever they are: no two readers would agree on the one that counts.
     */
    Check check(List<String> authorization) {
        List<String> ours = authorization.stream()
                .map(String::strip)
                .filter(sent -> SCHEME.matcher(sent).lookingAt())
                .toList();
        if (ours.isEmpty()) {
            return Check.MISSING;
        }
        Matcher bearer = BEARER.matcher(ours.get(0));
        return ours.size() == 1 && bearer.matches() && isValid(bearer.group(1)) ? Check.VALID : Check.WRONG;
    }

    boolean isValid(String secret) {
        byte[] sent = digest(secret);
        boolean valid = false;
        for (byte[] digest : digests) {
            valid |= MessageDigest.isEqual(digest, sent);
        }
        return valid;
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
