package dev.heartbeat.examples.server;

import dev.heartbeat.schedule.Params;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskExecutor;
import dev.heartbeat.task.TaskResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends an HTTP request. Params: {@code url} (http or https); {@code method} (GET); {@code headers} (map of text);
 * {@code body} (text); {@code expectedStatus} (a number or a list of numbers; any 2xx); {@code timeoutSeconds} (20). Adds
 * the header {@code Idempotency-Key}, which is the same in all attempts at one fire. Redirects are not followed, since an
 * answer from elsewhere is no success.
 */
final class HttpRequestTask implements TaskExecutor {
    static final String NAME = "http-request";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final long LONGEST_TIMEOUT_SECONDS = 3_600;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    @Override
    public TaskResult execute(TaskContext context) throws IOException, InterruptedException {
        Params params = context.params();
        long timeout = params.findWhole("timeoutSeconds").orElse(20L);
        if (timeout < 1 || timeout > LONGEST_TIMEOUT_SECONDS) {
            throw new IllegalArgumentException(
                    "param 'timeoutSeconds' is " + timeout + "; allowed are 1 to " + LONGEST_TIMEOUT_SECONDS);
        }
        String method = params.findText("method").orElse("GET");
        if (!METHODS.contains(method)) {
            throw new IllegalArgumentException("param 'method' is '" + method + "'; allowed are " + METHODS);
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(params.text("url")))
                .method(
                        method,
                        params.findText("body").map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()))
                .header("Idempotency-Key", context.idempotencyKey())
                .timeout(Duration.ofSeconds(timeout));
        params.findNested("headers")
                .ifPresent(
                        headers -> headers.asMap().keySet().forEach(name -> request.header(name, headers.text(name))));
        long begin = System.nanoTime();
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        long millis = (System.nanoTime() - begin) / 1_000_000;
        if (!isExpected(params.asMap().get("expectedStatus"), response.statusCode())) {
            return TaskResult.failed("status " + response.statusCode() + " was not expected from "
                    + response.request().uri().getHost());
        }
        return TaskResult.of(Map.of("status", response.statusCode(), "ms", millis, "bytes", response.body().length));
    }

    private static URI uri(String text) {
        URI uri = URI.create(text);
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("param 'url' has no host or another scheme; allowed are http and https");
        }
        return uri;
    }

    private static boolean isExpected(@Nullable Object expected, int status) {
        if (expected == null) {
            return status >= 200 && status < 300;
        }
        if (expected instanceof Long one) {
            return one == status;
        }
        if (expected instanceof List<?> some && some.stream().allMatch(Long.class::isInstance)) {
            return some.contains((long) status);
        }
        throw new IllegalArgumentException("param 'expectedStatus' is neither a number nor a list of numbers");
    }
}
