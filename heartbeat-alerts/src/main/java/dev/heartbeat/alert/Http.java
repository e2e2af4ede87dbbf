package dev.heartbeat.alert;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls to addresses that are secrets themselves: messages name the host alone. Thread-safe. */
final class Http {
    private final Duration limit;
    private final HttpClient client;

    Http() {
        this(Duration.ofSeconds(10));
    }

    Http(Duration limit) {
        this.limit = limit;
        this.client = HttpClient.newBuilder()
                .connectTimeout(limit)
                .followRedirects(Redirect.NEVER)
                .build();
    }

    /** Checks an address. Throws {@code IllegalArgumentException} unless it is one of http or https with a host. */
    static URI checked(URI address) {
        boolean web = "https".equalsIgnoreCase(address.getScheme()) || "http".equalsIgnoreCase(address.getScheme());
        if (!web || address.getHost() == null) {
            throw new IllegalArgumentException("an address with the scheme '" + address.getScheme()
                    + "' is not allowed; http://host/path or https://host/path");
        }
        return address;
    }

    /**
     * Sends the request and reads the answer to its end, all within the limit: the client's own ends with the headers.
     *
     * @throws IOException for any answer but 2xx, and for none
     */
    void send(HttpRequest.Builder request, URI address) throws IOException, InterruptedException {
        String where = address.getScheme() + "://" + address.getHost();
        CompletableFuture<HttpResponse<Void>> call =
                client.sendAsync(request.uri(address).build(), BodyHandlers.discarding());
        int status;
        try {
            status = call.get(limit.toNanos(), TimeUnit.NANOSECONDS).statusCode();
        } catch (TimeoutException e) {
            throw new IOException(where + " did not answer within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(where + " did not answer: " + cause.getClass().getSimpleName(), e);
        } finally {
            call.cancel(true);
        }
        if (status < 200 || status > 299) {
            throw new IOException(where + " answered " + status);
        }
    }
}
