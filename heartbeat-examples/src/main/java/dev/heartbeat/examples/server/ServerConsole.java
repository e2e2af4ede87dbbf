package dev.heartbeat.examples.server;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.cronutils.CronDescriptions;
import dev.heartbeat.http.DashboardSettings;
import dev.heartbeat.http.HttpSettings;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What the quick server prints: where it is, what is planned, and a line for each pulse. */
final class ServerConsole implements PulseListener {
    private static final int PAGE = 500;

    private final PrintStream out;
    private final InstantSource clock;

    ServerConsole(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    void started(QuickServer server, HttpSettings settings, Optional<String> madeSecret, ServerOptions options) {
        StringBuilder text = new StringBuilder();
        text.append("Heartbeat is up.\n");
        DashboardSettings dashboard = settings.dashboard();
        boolean login = dashboard != null && dashboard.hasLogin();
        text.append("  see it  ").append(server.url()).append(settings.uiPath()).append('/');
        text.append(
                login
                        ? "  # asks for the admin secret\n"
                        : "  # open to everybody on this machine; --admin-secret asks\n");
        text.append("  health  ")
                .append(server.url())
                .append(settings.healthPath())
                .append('\n');
        text.append("  tick    ")
                .append(server.url())
                .append(settings.tickPath())
                .append('\n');
        madeSecret.ifPresent(secret -> text.append("  secret  export ")
                .append(QuickServer.SECRET_VARIABLE)
                .append('=')
                .append(secret)
                .append("  # made for this run, not shown again\n"));
        text.append("  try     curl -H \"Authorization: Bearer $")
                .append(QuickServer.SECRET_VARIABLE)
                .append("\" ")
                .append(server.url())
                .append(settings.tickPath())
                .append('\n');
        if (madeSecret.isPresent()) {
            text.append("          (the secret was made for this run; set ")
                    .append(QuickServer.SECRET_VARIABLE)
                    .append(" to choose one)\n");
        }
        text.append(
                options.ticker()
                        ? "Pulses come from its own ticker, every " + options.interval()
                                + " and when something is due.\n"
                        : "No ticker: pulses come from outside.\n");
        text.append("Schedules in ").append(server.storeName()).append(":\n");
        each(server.heartbeat(), stored -> text.append(line(stored)));
        out.print(text);
        out.flush();
    }

    private String line(StoredSchedule stored) {
        Schedule schedule = stored.schedule();
        return String.format(
                Locale.ROOT,
                "  %-24s %-16s %-20s next: %s%s%n",
                stored.id(),
                schedule.timing().text(),
                schedule.task(),
                next(stored),
                CronDescriptions.describe(schedule.timing())
                        .map(words -> " (" + words + ")")
                        .orElse(""));
    }

    private String next(StoredSchedule stored) {
        Schedule schedule = stored.schedule();
        Pause pause = stored.pause();
        Instant now = clock.instant();
        if (!schedule.enabled()) {
            return "disabled";
        }
        if (pause != null && pause.holds(now)) {
            return "paused until " + pause.until();
        }
        Instant fire = stored.nextRun().orElse(null);
        if (stored.isForced() || (fire != null && !fire.isAfter(now))) {
            return "at the next pulse";
        }
        return fire == null ? "never" : fire.atZone(schedule.zone()).toLocalDateTime() + " " + schedule.zoneText();
    }

    void stopping() {
        out.println("Stopping: a tick under way is answered, running tasks may finish.");
        out.flush();
    }

    void stopped() {
        out.println("Stopped.");
        out.flush();
    }

    void unknownTasks(Heartbeat heartbeat, Set<String> known) {
        Map<String, List<String>> unknown = new TreeMap<>();
        each(heartbeat, stored -> {
            if (!known.contains(stored.schedule().task())) {
                unknown.computeIfAbsent(stored.schedule().task(), task -> new ArrayList<>())
                        .add(stored.id());
            }
        });
        unknown.forEach((task, ids) -> out.println("Warning: this server has no task '" + task + "' (schedules " + ids
                + "); it has " + known.stream().sorted().toList()));
    }

    private static void each(Heartbeat heartbeat, Consumer<StoredSchedule> action) {
        Page<StoredSchedule> page = heartbeat.schedules().list(null, PAGE);
        page.items().forEach(action);
        while (page.next().isPresent()) {
            page = heartbeat.schedules().list(page.next().get(), PAGE);
            page.items().forEach(action);
        }
    }

    @Override
    public void pulseEnded(Pulse pulse) {
        Map<Outcome, Integer> counts = new TreeMap<>();
        for (PulseDetail detail : pulse.details()) {
            if (!PulseDetail.NOT_DUE.equals(detail.reason())) {
                counts.merge(detail.outcome(), 1, Integer::sum);
            }
        }
        StringBuilder handled = new StringBuilder();
        counts.forEach((outcome, count) ->
                handled.append(", ").append(count).append(' ').append(outcome.text()));
        out.printf(
                "%s pulse from %s: %s, %d ms, %s%n",
                pulse.startedAt().truncatedTo(ChronoUnit.SECONDS),
                pulse.source(),
                counts.isEmpty() ? "nothing due" : handled.substring(2),
                pulse.durationMs(),
                pulse.status().text());
        out.flush();
    }
}
