package dev.heartbeat.alert;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;

/** The sign of life for a monitor elsewhere. */
final class Ping {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat");

    private final Http http = new Http();
    private final URI address;

    Ping(URI address) {
        this.address = Http.checked(address);
    }

    /** Calls the address. That it fails is the other monitor's to tell; the log knows as well. */
    void send() {
        try {
            http.send(HttpRequest.newBuilder().GET(), address);
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.WARNING, "the ping failed: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
