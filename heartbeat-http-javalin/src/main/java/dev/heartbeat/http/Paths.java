package dev.heartbeat.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The parts of a path. */
final class Paths {
    private Paths() {}

    /** Returns the parts between the slashes, decoded one by one; a plus is a plus in a path. */
    static List<String> parts(String path) throws MalformedException {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            try {
                parts.add(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new MalformedException("the path cannot be decoded; after a % come two hex digits");
            }
        }
        return parts;
    }

    /** Returns the address of a path as a page sees it, so that it holds wherever a host puts both. */
    static String relative(String page, String path) {
        long up = page.chars().filter(c -> c == '/').count() - 1;
        return "../".repeat((int) up) + path.substring(1);
    }

    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
