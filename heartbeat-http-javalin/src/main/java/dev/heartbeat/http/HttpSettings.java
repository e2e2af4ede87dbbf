package dev.heartbeat.http;

import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP surface is set to. Immutable and thread-safe; each wither checks at the call.
 *
 * @param secrets the tick secrets that are valid now: one, or two while they are rotated
 * @param tickPath the path of the tick
 * @param healthPath the path of health
 * @param runsPath the path of answers for runs; a token may follow it
 * @param uiPath the path below which the indicator and the public views are
 * @param publicViews what anybody may be shown beside the indicator; nothing unless {@link #showing} says so
 * @param healthCache how long an answer of health is kept; 0 to 1 hour, 0 for not at all
 * @param busyStatus what a tick answers while another one is under way: 200, 202 or 409
 * @param failedTaskStatus what a tick answers when a task failed: 200 or 500
 * @param descriptions says in words when a schedule fires, for a tick with {@code ?describe=true} and for
 *     the dashboard; null for no words
 * @param dashboard who may look at the dashboard; null for none
 */
public record HttpSettings(
        List<String> secrets,
        String tickPath,
        String healthPath,
        String runsPath,
        String uiPath,
        Set<PublicView> publicViews,
        Duration healthCache,
        int busyStatus,
        int failedTaskStatus,
        @Nullable Function<? super Schedule, Optional<String>> descriptions,
        @Nullable DashboardSettings dashboard) {
    /** The fewest characters of a secret. */
    public static final int SHORTEST_SECRET = 16;

    private static final Duration LONGEST_HEALTH_CACHE = Duration.ofHours(1);

    /** Checks the values. Throws {@code IllegalArgumentException} if one is not allowed; it never shows a secret. */
    public HttpSettings {
        if (secrets.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("a tick secret is null; is the environment variable set?");
        }
        secrets = List.copyOf(secrets);
        if (secrets.isEmpty() || secrets.size() > 2) {
            throw new IllegalArgumentException(
                    "heartbeat over HTTP needs 1 tick secret, or 2 while they are rotated; got " + secrets.size());
        }
        secrets.forEach(secret -> checkedSecret("tick secret", secret));
        if (dashboard != null && secrets.contains(String.valueOf(dashboard.adminSecret()))) {
            throw new IllegalArgumentException(
                    "the admin secret is a tick secret too; they have different holders, so make them two");
        }
        checkPath("tick", tickPath);
        checkPath("health", healthPath);
        checkPath("runs", runsPath);
        checkPath("UI", uiPath);
        publicViews = Set.copyOf(publicViews);
        if (tickPath.equals(healthPath)) {
            throw new IllegalArgumentException("tick and health have the same path " + tickPath);
        }
        for (String path : List.of(tickPath, healthPath, uiPath)) {
            if ((path + "/").startsWith(runsPath + "/")) {
                throw new IllegalArgumentException(
                        "the path " + path + " is not allowed: all below " + runsPath + " is for answers for runs");
            }
        }
        if (healthCache == null || healthCache.isNegative() || healthCache.compareTo(LONGEST_HEALTH_CACHE) > 0) {
            throw new IllegalArgumentException(
                    "healthCache " + healthCache + " is not allowed; " + Duration.ZERO + " to " + LONGEST_HEALTH_CACHE);
        }
        if (!List.of(200, 202, 409).contains(busyStatus)) {
            throw new IllegalArgumentException("busyStatus " + busyStatus + " is not allowed; 200, 202 or 409");
        }
        if (failedTaskStatus != 200 && failedTaskStatus != 500) {
            throw new IllegalArgumentException("failedTaskStatus " + failedTaskStatus + " is not allowed; 200 or 500");
        }
    }

    /** Returns the playbook's settings with these secrets. */
    public static HttpSettings withSecrets(String... secrets) {
        return new HttpSettings(
                Arrays.asList(secrets),
                "/api/cron/tick",
                "/api/system/health",
                "/api/cron/runs",
                "/heartbeat",
                Set.of(),
                Duration.ofSeconds(5),
                200,
                200,
                null,
                null);
    }

    /** Returns these settings with other paths of tick and health, which start with a slash. */
    public HttpSettings paths(String tick, String health) {
        return new HttpSettings(
                secrets,
                tick,
                health,
                runsPath,
                uiPath,
                publicViews,
                healthCache,
                busyStatus,
                failedTaskStatus,
                descriptions,
                dashboard);
    }

    /** Returns these settings with another path of answers for runs, which starts with a slash. */
    public HttpSettings runsPath(String runs) {
        return new HttpSettings(
                secrets,
                tickPath,
                healthPath,
                runs,
                uiPath,
                publicViews,
                healthCache,
                busyStatus,
                failedTaskStatus,
                descriptions,
                dashboard);
    }

    /**
     * Returns these settings with another path of the indicator and the public views, which starts with a slash. A page
     * that takes the indicator from there must name health in its {@code src}, unless health is at {@code
     * ../api/system/health} from it.
     */
    public HttpSettings uiPath(String ui) {
        return new HttpSettings(
                secrets,
                tickPath,
                healthPath,
                runsPath,
                ui,
                publicViews,
                healthCache,
                busyStatus,
                failedTaskStatus,
                descriptions,
                dashboard);
    }

    /** Returns these settings with these views shown to anybody, and no others. */
    public HttpSettings showing(PublicView... views) {
        return new HttpSettings(
                secrets,
                tickPath,
                healthPath,
                runsPath,
                uiPath,
                Set.of(views),
                healthCache,
                busyStatus,
                failedTaskStatus,
                descriptions,
                dashboard);
    }

    /** Returns these settings below a base path, such as {@code /ops}. */
    public HttpSettings below(String base) {
        checkPath("base", base);
        return new HttpSettings(
                secrets,
                base + tickPath,
                base + healthPath,
                base + runsPath,
                base + uiPath,
                publicViews,
                healthCache,
                busyStatus,
                failedTaskStatus,
                descriptions,
                dashboard);
    }

    /** Returns these settings with another life of health answers: 0 to 1 hour, 0 for not keeping them. */
    public HttpSettings healthCache(Duration life) {
        return new HttpSettings(
                secrets,
                tickPath,
                healthPath,
                runsPath,
                uiPath,
                publicViews,
                life,
                busyStatus,
                failedTaskStatus,
                descriptions,
                dashboard);
    }

    /** Returns these settings with another status for a tick while one is under way. */
    public HttpSettings busyStatus(int status) {
        return new HttpSettings(
                secrets,
                tickPath,
                healthPath,
                runsPath,
                uiPath,
                publicViews,
                healthCache,
                status,
                failedTaskStatus,
                descriptions,
                dashboard);
    }

    /** Returns these settings with another status for a tick in which a task failed. */
    public HttpSettings failedTaskStatus(int status) {
        return new HttpSettings(
                secrets,
                tickPath,
                healthPath,
                runsPath,
                uiPath,
                publicViews,
                healthCache,
                busyStatus,
                status,
                descriptions,
                dashboard);
    }

    /**
     * Returns these settings with somebody who says in words when a schedule fires, such as {@code schedule ->
     * CronDescriptions.describe(schedule.timing())} of heartbeat-cron-utils. The details of a tick with {@code
     * ?describe=true} then have a {@code description} where there are words; such a tick reads the schedules that it lists
     * from the store, one by one. The function is called on the threads of requests, and what it throws leaves words out.
     */
    public HttpSettings descriptions(Function<? super Schedule, Optional<String>> describer) {
        return new HttpSettings(
                secrets,
                tickPath,
                healthPath,
                runsPath,
                uiPath,
                publicViews,
                healthCache,
                busyStatus,
                failedTaskStatus,
                Objects.requireNonNull(describer, "describer"),
                dashboard);
    }

    /** Returns these settings with a dashboard; there is none unless this says who may look. */
    public HttpSettings dashboard(DashboardSettings dashboard) {
        return new HttpSettings(
                secrets,
                tickPath,
                healthPath,
                runsPath,
                uiPath,
                publicViews,
                healthCache,
                busyStatus,
                failedTaskStatus,
                descriptions,
                Objects.requireNonNull(dashboard, "dashboard"));
    }

    static String checkedSecret(String what, String secret) {
        if (secret.length() < SHORTEST_SECRET) {
            throw new IllegalArgumentException("a" + (what.startsWith("a") ? "n " : " ") + what + " has at least "
                    + SHORTEST_SECRET + " characters; this one has " + secret.length());
        }
        if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("a" + (what.startsWith("a") ? "n " : " ") + what
                    + " has a character that a header cannot carry; allowed are"
                    + " visible ASCII characters (a line break at the end is a common slip)");
        }
        return secret;
    }

    private static void checkPath(String what, String path) {
        Objects.requireNonNull(path, what);
        if (!path.matches("(/[A-Za-z0-9._~-]+)+")) {
            throw new IllegalArgumentException(
                    what + " path '" + path + "' is not allowed; like /api/cron/tick, without a slash at the end");
        }
    }

    @Override
    public String toString() {
        return "HttpSettings[" + tickPath + ", " + healthPath + ", " + runsPath + ", " + uiPath + ", " + secrets.size()
                + " secrets]";
    }
}
