package dev.heartbeat.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who may look at the dashboard, and what is hidden there. One of three starts it: the host's own login, a login page of
 * ours, or this machine alone. Immutable and thread-safe; each wither checks at the call.
 */
public final class DashboardSettings {
    /** The fewest characters of an admin secret. */
    public static final int SHORTEST_SECRET = HttpSettings.SHORTEST_SECRET;

    /** The most characters of an admin secret: what a form may have. */
    public static final int LONGEST_SECRET = 200;

    private static final Duration LONGEST_SESSION = Duration.ofDays(30);
    private static final Set<String> SECRET_KEYS = Set.of(
            "password",
            "passwd",
            "pwd",
            "secret",
            "token",
            "apikey",
            "authorization",
            "credential",
            "cookie",
            "privatekey",
            "accesskey",
            "signature");

    private final @Nullable ViewerResolver viewers;
    private final @Nullable String adminSecret;
    private final Set<String> hosts;
    private final boolean https;
    private final Duration sessionLife;
    private final Set<String> redacted;

    private DashboardSettings(
            @Nullable ViewerResolver viewers,
            @Nullable String adminSecret,
            Set<String> hosts,
            boolean https,
            Duration sessionLife,
            Set<String> redacted) {
        this.viewers = viewers;
        this.adminSecret = adminSecret;
        this.hosts = Set.copyOf(hosts);
        this.https = https;
        this.sessionLife = sessionLife;
        this.redacted = Set.copyOf(redacted);
    }

    private static DashboardSettings of(@Nullable ViewerResolver viewers, @Nullable String adminSecret) {
        return new DashboardSettings(viewers, adminSecret, Set.of(), false, Duration.ofHours(8), SECRET_KEYS);
    }

    /** Returns settings of a host that tells by itself who looks. */
    public static DashboardSettings viewers(ViewerResolver viewers) {
        return of(Objects.requireNonNull(viewers, "viewers"), null);
    }

    /**
     * Returns settings with a login page, where whoever knows the secret becomes a super user named {@code admin}.
     *
     * @param secret {@value #SHORTEST_SECRET} to {@value #LONGEST_SECRET} characters; another one than the tick secrets
     * @throws IllegalArgumentException if it is too short or too long, or not visible ASCII; the message never shows it
     */
    public static DashboardSettings adminSecret(String secret) {
        if (secret.length() > LONGEST_SECRET) {
            throw new IllegalArgumentException(
                    "an admin secret has at most " + LONGEST_SECRET + " characters; this one has " + secret.length());
        }
        return of(null, HttpSettings.checkedSecret("admin secret", secret));
    }

    /**
     * Returns settings under which everybody on this machine is a super user named {@code local}: requests that come from a
     * loopback address to a loopback name, without a header that says that somebody has forwarded them. Not for a machine
     * with a proxy before the server, or with users who do not trust each other.
     */
    public static DashboardSettings openOnLoopback() {
        return of(null, null);
    }

    /**
     * Returns settings that answer requests for these names alone, beside loopback names, whatever else a browser was led to
     * believe. Unless set, any name is answered, but under {@link #openOnLoopback()}, where loopback names alone are.
     *
     * @param names host names without a port, such as {@code ops.example.com}
     */
    public DashboardSettings hosts(String... names) {
        Set<String> lower = new HashSet<>();
        for (String name : names) {
            if (!name.matches("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]")) {
                throw new IllegalArgumentException(
                        "host '" + name + "' is not allowed; a name without a port, such as ops.example.com");
            }
            lower.add(name.toLowerCase(Locale.ROOT));
        }
        return new DashboardSettings(viewers, adminSecret, lower, https, sessionLife, redacted);
    }

    /** Returns settings for a server that people reach over https, so that the session's cookie is never sent without. */
    public DashboardSettings https() {
        return new DashboardSettings(viewers, adminSecret, hosts, true, sessionLife, redacted);
    }

    /** Returns settings with another life of a session: 1 minute to 30 days, 8 hours unless set. */
    public DashboardSettings sessionLife(Duration life) {
        if (life.compareTo(Duration.ofMinutes(1)) < 0 || life.compareTo(LONGEST_SESSION) > 0) {
            throw new IllegalArgumentException("sessionLife " + life + " is not allowed; 1 minute to 30 days");
        }
        return new DashboardSettings(viewers, adminSecret, hosts, https, life, redacted);
    }

    /**
     * Returns settings that hide more values of params and results: those whose key contains one of these words, in any case
     * and whatever signs stand between the letters; beside password, secret, token, apiKey and the like.
     */
    public DashboardSettings redacting(String... words) {
        Set<String> all = new TreeSet<>(redacted);
        Arrays.stream(words).map(Redaction::letters).forEach(all::add);
        if (all.contains("")) {
            throw new IllegalArgumentException("a word to redact has a letter or a digit at least");
        }
        return new DashboardSettings(viewers, adminSecret, hosts, https, sessionLife, all);
    }

    /** Tells whether there is a login page of ours. */
    public boolean hasLogin() {
        return adminSecret != null;
    }

    /** Tells whether everybody on this machine is a super user. */
    public boolean isOpenOnLoopback() {
        return viewers == null && adminSecret == null;
    }

    @Nullable
    ViewerResolver viewers() {
        return viewers;
    }

    @Nullable
    String adminSecret() {
        return adminSecret;
    }

    Set<String> hosts() {
        return hosts;
    }

    boolean isHttps() {
        return https;
    }

    Duration sessionLife() {
        return sessionLife;
    }

    Set<String> redacted() {
        return redacted;
    }

    @Override
    public String toString() {
        String who = hasLogin() ? "login" : viewers == null ? "open on loopback" : "host's viewers";
        return "DashboardSettings[" + who + "]";
    }
}
