package dev.heartbeat.http;

import io.javalin.config.JavalinState;
import io.javalin.plugin.Plugin;

/**
 * Mounts tick and health on a host's own Javalin 7 app:
 *
 * <pre>{@code
 * Javalin.create(config -> config.registerPlugin(
 *         new HeartbeatPlugin(new HeartbeatHttp(heartbeat, HttpSettings.withSecrets(secret)))));
 * }</pre>
 *
 * It touches nothing of the host: no exception mapper, no JSON mapper, no other path. Several may be registered on one
 * app with different paths. When the app stops, it waits for a tick under way; it never closes the heartbeat. Routes
 * carry a {@link HeartbeatRole} for hosts that gate every route by role.
 */
public final class HeartbeatPlugin extends Plugin<Void> {
    private final JavalinRoutes routes;

    /** Creates the plugin over handlers. */
    public HeartbeatPlugin(HeartbeatHttp http) {
        this.routes = new JavalinRoutes(http);
    }

    @Override
    public void onStart(JavalinState state) {
        routes.addTo(state.routes);
        state.events.serverStopping(() -> routes.stop(JavalinRoutes.LONGEST_WAIT));
    }

    @Override
    public boolean repeatable() {
        return true;
    }
}
