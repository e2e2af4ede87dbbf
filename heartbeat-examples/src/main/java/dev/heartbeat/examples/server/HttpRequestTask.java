package dev.heartbeat.examples.server;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.task.Breaker;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskExecutor;
import dev.heartbeat.task.TaskResult;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends an HTTP request. Params: {@code url} (http or https); {@code method} (GET); {@code headers} (map of text);
 * {@code body} (text); {@code expectedStatus} (a number or a list of numbers; any 2xx); {@code timeoutSeconds} (20, until
 * the answer begins; the schedule's timeout holds for all of it). Adds the header {@code Idempotency-Key}, which is the
 * same in all attempts at one fire. Redirects are not followed, since an answer from elsewhere is no success. Answers are
 * counted and thrown away.
 */
final class HttpRequestTask implements TaskExecutor {
    static final String NAME = "http-request";

    // HTTP/1.1: over plain http the client would ask each server for an upgrade that some of them trip over
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /**
     * Returns the task. Params that cannot be used are not tried again. All that call one host share its circuit: a host
     * that is down is left alone, and costs the others neither attempts nor time.
     */
    static Task task() {
        return Task.named(NAME, new HttpRequestTask())
                .retry(Retry.DEFAULT.neverOn(IllegalArgumentException.class))
                .breaker(new Breaker(5, Duration.ofMinutes(5)))
                .circuit(HttpCall::circuit)
                .build();
    }

    @Override
    public TaskResult execute(TaskContext context) throws InterruptedException {
        HttpCall call = HttpCall.read(context.params(), context.idempotencyKey());
        LongAdder bytes = new LongAdder();
        long begin = System.nanoTime();
        int status;
        try {
            status = client.send(
                            call.request(),
                            BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(some -> bytes.add(some.length))))
                    .statusCode();
        } catch (IOException e) {
            return TaskResult.failed("no answer from " + call.target() + ": " + text(e));
        }
        if (!call.expects(status)) {
            return TaskResult.failed(
                    "status " + status + " was not expected from " + call.target() + "; " + call.expected() + " was");
        }
        long millis = (System.nanoTime() - begin) / 1_000_000;
        return TaskResult.of(Map.of("status", status, "ms", millis, "bytes", bytes.sum()));
    }

    private static String text(IOException cause) {
        String name = cause.getClass().getSimpleName();
        // what is wrong with a header may be the header
        boolean mayTell = cause.getMessage() != null && !(cause instanceof ProtocolException);
        return mayTell ? name + ": " + cause.getMessage() : name;
    }
}
