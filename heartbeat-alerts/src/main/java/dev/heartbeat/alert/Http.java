package dev.heartbeat.alert;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Calls to addresses that are secrets themselves: messages name the host alone. Thread-safe. */
final class Http {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(LIMIT)
            .followRedirects(Redirect.NEVER)
            .build();

    /** Checks an address. Throws {@code IllegalArgumentException} unless it is one of http or https with a host. */
    static URI checked(URI address) {
        boolean web = "https".equalsIgnoreCase(address.getScheme()) || "http".equalsIgnoreCase(address.getScheme());
        if (!web || address.getHost() == null) {
            throw new IllegalArgumentException("an address with the scheme '" + address.getScheme()
                    + "' is not allowed; http://host/path or https://host/path");
        }
        return address;
    }

    /** Sends the request. Throws {@code IOException} for any answer but 2xx. */
    void send(HttpRequest.Builder request, URI address) throws IOException, InterruptedException {
        String where = address.getScheme() + "://" + address.getHost();
        int status;
        try {
            status = client.send(request.uri(address).timeout(LIMIT).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new IOException(where + " did not answer: " + e.getClass().getSimpleName(), e);
        }
        if (status < 200 || status > 299) {
            throw new IOException(where + " answered " + status);
        }
    }
}
