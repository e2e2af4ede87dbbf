package dev.heartbeat.http;

/** Tells who looks; the host's login decides. Called on the threads of requests, for each request of the dashboard. */
@FunctionalInterface
public interface ViewerResolver {
    /**
     * Returns who sends the request; {@link Viewer#NONE} for somebody that is not known. Behind {@link HeartbeatPlugin} the
     * request's {@link HttpRequest#exchange()} is the {@code io.javalin.http.Context}. What it throws is answered 500.
     */
    Viewer resolve(HttpRequest request);
}
