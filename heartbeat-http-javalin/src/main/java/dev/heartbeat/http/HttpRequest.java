package dev.heartbeat.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request, free of any framework. Immutable and thread-safe.
 *
 * @param method the method in upper case
 * @param path the path as it was asked for, for problem reports
 * @param headers all values of each header; names in any case
 * @param query the first value of each query parameter
 * @param remoteAddress the address of the socket's other end, never one that a header claims
 */
public record HttpRequest(
        String method,
        String path,
        Map<String, List<String>> headers,
        Map<String, String> query,
        String remoteAddress) {
    /** Copies the collections and makes header names case-insensitive. */
    public HttpRequest {
        method = method.toUpperCase(Locale.ROOT);
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        headers = copy;
        query = Map.copyOf(query);
    }

    /** Returns the values of a header; empty if it was not sent. */
    public List<String> all(String header) {
        return headers.getOrDefault(header, List.of());
    }

    /** Returns the first value of a header. */
    public Optional<String> first(String header) {
        return all(header).stream().findFirst();
    }

    /**
     * Tells whether a query parameter is there and is not {@code false} or {@code 0}: a monitor that writes
     * {@code strict=1} must not be told that all is well.
     */
    public boolean asks(String parameter) {
        String value = query.get(parameter);
        return value != null && !value.equalsIgnoreCase("false") && !value.equals("0");
    }
}
