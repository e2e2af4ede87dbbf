package dev.heartbeat.http;

import io.javalin.config.JavalinState;
import io.javalin.plugin.Plugin;

/**
 * Mounts tick, health, answers for runs and the indicator on a host's own Javalin 7 app:
 *
 * <pre>{@code
 * Javalin.create(config -> config.registerPlugin(
 *         new HeartbeatPlugin(new HeartbeatHttp(heartbeat, HttpSettings.withSecrets(secret)))));
 * }</pre>
 *
 * It touches nothing of the host: no exception mapper, no JSON mapper, no other path. Several may be registered on one
 * app with different paths, and one may be registered on several apps, one after another too. When an app stops, it waits
 * for its tick under way, up to 60 seconds; it never closes the heartbeat. Routes carry a {@link HeartbeatRole} for hosts
 * that gate every route by role.
 */
public final class HeartbeatPlugin extends Plugin<Void> {
    private final HeartbeatHttp http;

    /** Creates the plugin over handlers. */
    public HeartbeatPlugin(HeartbeatHttp http) {
        this.http = http;
    }

    @Override
    public void onStart(JavalinState state) {
        JavalinRoutes routes = new JavalinRoutes(http); // of this app: another one may start, go on and stop by itself
        routes.addTo(state.routes);
        state.events.serverStopping(() -> routes.stop(JavalinRoutes.LONGEST_WAIT));
    }

    @Override
    public boolean repeatable() {
        return true;
    }
}
