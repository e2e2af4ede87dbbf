package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.firestore.FirestoreHeartbeatStore;
import dev.heartbeat.http.HeartbeatHttp;
import dev.heartbeat.http.HeartbeatPlugin;
import dev.heartbeat.http.HttpSettings;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.task.TaskResult;
import io.javalin.Javalin;
import java.time.Duration;
import java.util.Map;

/** A service on Google Cloud Run with its schedules in Firestore: docs/google-cloud.md. */
public final class CloudRunExample {
    private CloudRunExample() {}

    // tag::service[]
    static Heartbeat heartbeat(HeartbeatStore store) {
        return Heartbeat.builder(store)
                .name("shop")
                .shutdownGrace(Duration.ofSeconds(5)) // Cloud Run gives an instance ten seconds to end
                .task("birthday-emails", context -> TaskResult.of(Map.of("sent", 7)))
                .build(); // and no start(): without a request there may be no CPU for a ticker
    }

    static Javalin app(Heartbeat heartbeat, String cronSecret) {
        HeartbeatHttp http = new HeartbeatHttp(heartbeat, HttpSettings.withSecrets(cronSecret));
        return Javalin.create(config -> config.registerPlugin(new HeartbeatPlugin(http)));
    }
    // end::service[]

    /** Serves until it is told to end. */
    public static void main(String[] args) {
        FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder().build(); // as the service's own account
        Heartbeat heartbeat = heartbeat(store);
        Javalin app = app(heartbeat, System.getenv("CRON_SECRET")).start(Integer.parseInt(System.getenv("PORT")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            app.stop();
            heartbeat.close();
            store.close();
        }));
    }
}
