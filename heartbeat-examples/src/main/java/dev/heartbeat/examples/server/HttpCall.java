package dev.heartbeat.examples.server;

import dev.heartbeat.schedule.Params;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the params of an {@code http-request} ask for. No message shows an address, a header's value or a body, since each
 * may hold a secret.
 */
final class HttpCall {
    static final Set<String> PARAMS = Set.of("url", "method", "headers", "body", "expectedStatus", "timeoutSeconds");

    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final long DEFAULT_TIMEOUT_SECONDS = 20;
    private static final long LONGEST_TIMEOUT_SECONDS = 3_600;

    private final HttpRequest request;
    private final List<Long> expected;

    private HttpCall(HttpRequest request, List<Long> expected) {
        this.request = request;
        this.expected = expected;
    }

    /**
     * Reads the params.
     *
     * @param idempotencyKey goes into the header of that name, unless the params set it
     * @throws IllegalArgumentException if they cannot be used
     */
    static HttpCall read(Params params, String idempotencyKey) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(params.text("url")))
                .method(
                        method(params.findText("method").orElse("GET")),
                        params.findText("body").map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()))
                .timeout(timeout(params))
                .setHeader("Idempotency-Key", ascii(idempotencyKey));
        params.findNested("headers")
                .ifPresent(
                        headers -> headers.asMap().keySet().forEach(name -> header(request, name, headers.text(name))));
        return new HttpCall(request.build(), expected(params.asMap().get("expectedStatus")));
    }

    /** Returns whom a call with these params is for: the host, in lower case, and the port if one is named. */
    static String circuit(Params params) {
        return target(url(params.text("url"))).toLowerCase(Locale.ROOT);
    }

    HttpRequest request() {
        return request;
    }

    /** Returns whom it calls, without anything that may be secret. */
    String target() {
        return target(request.uri());
    }

    private static String target(URI uri) {
        return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    boolean expects(int status) {
        return expected.isEmpty() ? status >= 200 && status < 300 : expected.contains((long) status);
    }

    /** Returns the statuses it expects, for messages. */
    String expected() {
        return expected.isEmpty() ? "2xx" : expected.toString();
    }

    private static URI url(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("param 'url' is no URL: " + e.getReason() + " at index " + e.getIndex());
        }
        if (!"http".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(uri.getScheme())) {
            throw new IllegalArgumentException("param 'url' has another scheme; allowed are http and https");
        }
        if (uri.getHost() == null || uri.getPort() > 65_535) {
            throw new IllegalArgumentException(
                    "param 'url' has no host and port that can be called; allowed is like https://shop.example:8443/warm");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "param 'url' has a user or password in it, which would not be sent; allowed is a header Authorization");
        }
        return uri;
    }

    private static String method(String text) {
        if (!METHODS.contains(text)) {
            throw new IllegalArgumentException("param 'method' is '" + text + "'; allowed are " + METHODS);
        }
        return text;
    }

    private static void header(HttpRequest.Builder request, String name, String value) {
        try {
            request.setHeader(name, value);
        } catch (IllegalArgumentException e) { // its message may show the value
            throw new IllegalArgumentException(
                    "param 'headers': '" + name
                            + "' cannot be set; allowed are names and values that HTTP can carry, and none that the client sets");
        }
    }

    private static List<Long> expected(@Nullable Object given) {
        List<?> statuses = given == null ? List.of() : given instanceof List<?> list ? list : List.of(given);
        boolean empty = given != null && statuses.isEmpty();
        if (empty || !statuses.stream().allMatch(HttpCall::isStatus)) {
            throw new IllegalArgumentException(
                    "param 'expectedStatus' is neither a status nor a list of them; allowed are 100 to 599");
        }
        return statuses.stream().map(Long.class::cast).toList();
    }

    private static boolean isStatus(@Nullable Object each) {
        return each instanceof Long status && status >= 100 && status <= 599;
    }

    private static Duration timeout(Params params) {
        long seconds = params.findWhole("timeoutSeconds").orElse(DEFAULT_TIMEOUT_SECONDS);
        if (seconds < 1 || seconds > LONGEST_TIMEOUT_SECONDS) {
            throw new IllegalArgumentException(
                    "param 'timeoutSeconds' is " + seconds + "; allowed are 1 to " + LONGEST_TIMEOUT_SECONDS);
        }
        return Duration.ofSeconds(seconds);
    }

    /** Ids of schedules may be written in any script, headers may not. */
    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            if (each > ' ' && each < 0x7f && each != '%') {
                ascii.append((char) each);
            } else {
                ascii.append(String.format("%%%02X", each));
            }
        }
        return ascii.toString();
    }
}
