package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.http.HeartbeatHttp;
import dev.heartbeat.http.HeartbeatPlugin;
import dev.heartbeat.http.HttpSettings;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.task.TaskResult;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;

/** How tick and health are mounted beside the routes of an existing Javalin app. */
public final class MountOnJavalinExample {
    private MountOnJavalinExample() {}

    /** Makes the app; the caller starts and stops it, and closes the heartbeat after it. */
    static Javalin app(Heartbeat heartbeat, String cronSecret) {
        HeartbeatHttp http = new HeartbeatHttp(heartbeat, HttpSettings.withSecrets(cronSecret));
        return Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.get("/", context -> context.result("the shop"));
            config.registerPlugin(new HeartbeatPlugin(http));
        });
    }

    /** Runs the app for one tick, which it sends to itself as a cron service would. */
    public static void main(String[] args) throws IOException, InterruptedException {
        String secret = UUID.randomUUID().toString(); // yours comes from the environment
        try (Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task("birthday-emails", context -> TaskResult.done())
                .build()) {
            Javalin app = app(heartbeat, secret).start("127.0.0.1", 0);
            try {
                String url = "http://127.0.0.1:" + app.port();
                System.out.println(get(url + "/", secret));
                System.out.println(get(url + "/api/cron/tick", secret));
                System.out.println(get(url + "/api/system/health", secret));
            } finally {
                app.stop();
            }
        }
    }

    private static String get(String url, String secret) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + secret)
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
