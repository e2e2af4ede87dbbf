package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.http.HeartbeatHttp;
import dev.heartbeat.http.HeartbeatPlugin;
import dev.heartbeat.http.HttpSettings;
import io.javalin.Javalin;

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
}
