package dev.heartbeat.http;

import dev.heartbeat.health.PulseStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response, free of any framework. The body must not be changed.
 *
 * @param status the status code
 * @param headers header names and values, in order
 * @param body the body; empty for none, and for one that is streamed
 * @param stream writes a body that is too large to be held at once; or null
 */
@SuppressWarnings("ArrayRecordComponent") // bytes go straight to the wire; responses are never compared
public record HttpResponse(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable Stream stream) {
    private static final byte[] NOTHING = new byte[0];
    private static final String PROBLEM = "application/problem+json; charset=utf-8";

    /** The headers that every answer carries: nothing of it may be sniffed, framed, embedded or leaked. */
    private static final Map<String, String> SECURITY = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "X-Frame-Options", "DENY",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()");

    /** Writes a body piece by piece. */
    @FunctionalInterface
    public interface Stream {
        /** Writes all of it, and closes nothing. What it throws comes from the output. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Copies the headers and adds the security headers that are not set. */
    public HttpResponse {
        Map<String, String> all = new LinkedHashMap<>(headers);
        SECURITY.forEach(all::putIfAbsent);
        headers = all;
    }

    /** A response whose body is at hand. */
    public HttpResponse(int status, Map<String, String> headers, byte[] body) {
        this(status, headers, body, null);
    }

    static HttpResponse streamed(Map<String, String> headers, Stream stream) {
        return new HttpResponse(200, headers, NOTHING, stream);
    }

    /** Writes the body, streamed or not. */
    public void writeTo(OutputStream out) throws IOException {
        if (stream == null) {
            out.write(body);
        } else {
            stream.writeTo(out);
        }
    }

    static HttpResponse problem(
            HttpRequest request, int status, String title, String detail, @Nullable PulseStatus pulse) {
        return new HttpResponse(
                status, Map.of("Content-Type", PROBLEM), Json.problem(status, title, detail, request.path(), pulse));
    }

    static HttpResponse empty(int status, Map<String, String> headers) {
        return new HttpResponse(status, headers, NOTHING);
    }

    HttpResponse with(String header, String value) {
        return with(Map.of(header, value));
    }

    HttpResponse status(int other) {
        return new HttpResponse(other, headers, body, stream);
    }

    HttpResponse with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new HttpResponse(status, all, body, stream);
    }

    /** Returns the answer as a client sees it that sent these values of {@code If-None-Match}: 304 if it has this one. */
    HttpResponse unlessKnown(List<String> sent) {
        String tag = headers.get("ETag");
        if (status != 200 || tag == null || !EntityTag.isKnown(sent, tag)) {
            return this;
        }
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.remove("Content-Type");
        return empty(304, all);
    }

    /** Returns the answer as HEAD sees it: it tells the length of the body that GET would get, if that is known. */
    HttpResponse withoutBody() {
        HttpResponse told = body.length == 0 ? this : with("Content-Length", Integer.toString(body.length));
        return empty(status, told.headers);
    }
}
