package dev.heartbeat.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request, free of any framework. Immutable and thread-safe.
 *
 * @param method the method in upper case
 * @param path the path as it was asked for, still encoded
 * @param headers all values of each header; names in any case
 * @param query what stands after the question mark, as it was sent; empty for nothing
 * @param remoteAddress the address of the socket's other end, never one that a header claims
 * @param body the first {@value #MOST_BODY} bytes of the body and perhaps one more; it must not be changed
 * @param secure whether it came over https, as far as this server can tell
 * @param exchange what the framework calls the request, such as Javalin's {@code Context}, for a {@link ViewerResolver};
 *     or null
 */
@SuppressWarnings("ArrayRecordComponent") // bytes come straight from the wire; requests are never compared
public record HttpRequest(
        String method,
        String path,
        Map<String, List<String>> headers,
        String query,
        String remoteAddress,
        byte[] body,
        boolean secure,
        @Nullable Object exchange) {
    /** The most bytes that a body may have. */
    public static final int MOST_BODY = 65_536;

    private static final byte[] NOTHING = new byte[0];

    /** Copies the headers and makes header names case-insensitive. */
    public HttpRequest {
        method = method.toUpperCase(Locale.ROOT);
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        headers = copy;
    }

    /** A request over http, outside of any framework. */
    public HttpRequest(
            String method,
            String path,
            Map<String, List<String>> headers,
            String query,
            String remoteAddress,
            byte[] body) {
        this(method, path, headers, query, remoteAddress, body, false, null);
    }

    /** A request without a body. */
    public HttpRequest(
            String method, String path, Map<String, List<String>> headers, String query, String remoteAddress) {
        this(method, path, headers, query, remoteAddress, NOTHING);
    }

    /** Returns the values of a header; empty if it was not sent. */
    public List<String> all(String header) {
        return headers.getOrDefault(header, List.of());
    }

    /** Returns the first value of a header. */
    public Optional<String> first(String header) {
        return all(header).stream().findFirst();
    }
}
