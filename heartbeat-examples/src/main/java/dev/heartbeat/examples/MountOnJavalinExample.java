package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.http.DashboardSettings;
import dev.heartbeat.http.HeartbeatHttp;
import dev.heartbeat.http.HeartbeatPlugin;
import dev.heartbeat.http.HttpSettings;
import dev.heartbeat.http.PublicView;
import dev.heartbeat.http.Viewer;
import dev.heartbeat.http.ViewerRole;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.TaskResult;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** How tick, health, the dashboard and what the public may see are mounted beside the routes of an existing Javalin app. */
public final class MountOnJavalinExample {
    private MountOnJavalinExample() {}

    /** Makes the app; the caller starts and stops it, and closes the heartbeat after it. */
    static Javalin app(Heartbeat heartbeat, String cronSecret) {
        // tag::showing[]
        HttpSettings settings = HttpSettings.withSecrets(cronSecret).showing(PublicView.TEXT, PublicView.BADGE);
        // end::showing[]
        // tag::dashboard[]
        DashboardSettings dashboard = DashboardSettings.viewers(request -> {
            Context context = (Context) request.exchange();
            String user = context == null ? null : context.attribute("user"); // as your own login has left it
            return user != null && user.equals("ann") ? new Viewer(ViewerRole.SUPER_USER, user) : Viewer.NONE;
        });
        // end::dashboard[]
        HeartbeatHttp http = new HeartbeatHttp(heartbeat, settings.dashboard(dashboard));
        return Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.get("/", context -> context.result("the shop"));
            config.registerPlugin(new HeartbeatPlugin(http));
        });
    }

    /** Starts the app on the port given (8080), sends it one tick, shows the answer, and stops it again. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8080;
        String secret = "a-secret-for-the-example";
        Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task("sweep", context -> TaskResult.done())
                .build();
        heartbeat
                .schedules()
                .define(Schedule.builder("sweep", "@hourly", "sweep")
                        .runAtFirstPulse()
                        .build());
        Javalin app = app(heartbeat, secret).start("127.0.0.1", port);
        try {
            HttpRequest tick = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.port() + "/api/cron/tick"))
                    .header("Authorization", "Bearer " + secret)
                    .build();
            System.out.println(HttpClient.newHttpClient()
                    .send(tick, BodyHandlers.ofString())
                    .body());
        } finally {
            app.stop();
            heartbeat.close();
        }
    }
}
