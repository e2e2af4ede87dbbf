package dev.heartbeat.http;

import java.util.Map;

/** A request that is understood and not granted; what to answer. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String title;
    private final transient Map<String, String> headers;

    RefusedException(int status, String title, String detail, Map<String, String> headers) {
        super(detail);
        this.status = status;
        this.title = title;
        this.headers = headers;
    }

    RefusedException(int status, String title, String detail) {
        this(status, title, detail, Map.of());
    }

    static RefusedException notFound(String detail) {
        return new RefusedException(404, "Not Found", detail);
    }

    static RefusedException forbidden(String detail) {
        return new RefusedException(403, "Forbidden", detail);
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    HttpResponse answer(HttpRequest request) {
        return HttpResponse.problem(request, status, title, String.valueOf(getMessage()), null)
                .with(headers);
    }
}
