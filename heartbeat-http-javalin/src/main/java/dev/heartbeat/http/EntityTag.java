package dev.heartbeat.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Strong entity tags over bodies (RFC 9110, section 8.8.3). */
final class EntityTag {
    private EntityTag() {}

    static String of(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return '"' + HexFormat.of().formatHex(digest, 0, 12) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Tells whether a client that sent these values of {@code If-None-Match} has what the tag names. */
    static boolean isKnown(List<String> sent, String tag) {
        return sent.stream().anyMatch(header -> matches(header, tag));
    }

    private static boolean matches(String header, String tag) {
        for (String each : header.split(",", -1)) {
            String known = each.strip();
            if (known.equals("*") || known.equals(tag) || known.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
