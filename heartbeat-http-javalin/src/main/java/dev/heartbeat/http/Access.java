package dev.heartbeat.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who sends a request of the dashboard, and whether they may. Thread-safe. */
final class Access {
    private static final String ADMIN = "admin";
    private static final String LOCAL = "local";
    private static final String SECURE_COOKIE = "__Host-heartbeat";
    private static final String COOKIE = "heartbeat";

    private final DashboardSettings settings;
    private final Origins origins;
    private final Sessions sessions;
    private final @Nullable BearerSecrets admin;
    private final FailedLogins failedLogins = new FailedLogins();
    private final InstantSource clock;

    /**
     * A request as it stands.
     *
     * @param viewer who sends it
     * @param session the token of their session, or null
     * @param byBearer whether a secret in the header tells so: nothing that a browser sends by itself
     */
    record Visit(Viewer viewer, @Nullable String session, boolean byBearer) {}

    Access(DashboardSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.origins = new Origins(settings);
        this.sessions = new Sessions(settings.sessionLife(), clock);
        this.admin = settings.adminSecret() == null ? null : new BearerSecrets(List.of(settings.adminSecret()));
    }

    /** Returns who sends the request, to a name that is ours. */
    Visit visit(HttpRequest request) throws RefusedException {
        if (!origins.isOurHost(request)) {
            throw new RefusedException(
                    421,
                    "Misdirected Request",
                    "The dashboard is not served under this name; see DashboardSettings.hosts");
        }
        ViewerResolver viewers = settings.viewers();
        if (viewers != null) {
            Viewer viewer = viewers.resolve(request);
            return new Visit(viewer == null ? Viewer.NONE : viewer, null, false);
        }
        if (admin == null) {
            boolean local = Origins.isLocal(request);
            return new Visit(local ? new Viewer(ViewerRole.SUPER_USER, LOCAL) : Viewer.NONE, null, false);
        }
        return switch (admin.check(request.all("Authorization"))) {
            case VALID -> new Visit(new Viewer(ViewerRole.SUPER_USER, ADMIN), null, true);
            case WRONG -> throw wrongSecret(request);
            case MISSING -> bySession(request);
        };
    }

    private Visit bySession(HttpRequest request) {
        Optional<String> session = session(request);
        Viewer viewer = session.flatMap(sessions::find).orElse(Viewer.NONE);
        return new Visit(viewer, session.orElse(null), false);
    }

    private RefusedException wrongSecret(HttpRequest request) {
        Duration wait = failedLogins.failed(request.remoteAddress(), clock.instant());
        return wait.isZero()
                ? new RefusedException(
                        401,
                        "Unauthorized",
                        "The secret is wrong",
                        Map.of("WWW-Authenticate", "Bearer realm=\"heartbeat\", error=\"invalid_token\""))
                : new RefusedException(
                        429,
                        "Too Many Requests",
                        "Too many wrong secrets from this address",
                        Map.of("Retry-After", FailedLogins.fullSeconds(wait)));
    }

    /** Lets super users pass. */
    void requireSuperUser(Visit visit) throws RefusedException {
        switch (visit.viewer().role()) {
            case SUPER_USER -> {}
            case NONE -> {
                if (settings.hasLogin()) {
                    throw new RefusedException(401, "Unauthorized", "Nobody is logged in; the login page is at login");
                }
                throw RefusedException.forbidden(
                        settings.isOpenOnLoopback()
                                ? "The dashboard is open to this machine alone; with an admin secret it asks who looks"
                                : "This is for super users, and you are nobody that is known here");
            }
            default ->
                throw RefusedException.forbidden("This is for super users; your role is "
                        + visit.viewer().role());
        }
    }

    /** Lets requests pass that somebody means who is allowed to: never what another site makes a browser send. */
    void requireMeant(HttpRequest request, Visit visit) throws RefusedException {
        if (visit.byBearer()) {
            return;
        }
        if (!Origins.isMeant(request)) {
            throw RefusedException.forbidden("The header " + Origins.REQUEST_HEADER + ": 1 is missing");
        }
        requireSameOrigin(request);
    }

    private void requireSameOrigin(HttpRequest request) throws RefusedException {
        if (!origins.isSameOrigin(request)) {
            throw RefusedException.forbidden("The request does not come from a page of this address");
        }
    }

    /**
     * Begins a session; one that the browser had is ended.
     *
     * @return the value of the cookie to set
     */
    String login(HttpRequest request, String secret) throws RefusedException {
        requireSameOrigin(request);
        if (admin == null || !admin.isValid(secret)) {
            throw wrongSecret(request);
        }
        session(request).ifPresent(sessions::end);
        return cookie(
                request,
                sessions.begin(new Viewer(ViewerRole.SUPER_USER, ADMIN)),
                settings.sessionLife().toSeconds());
    }

    /** Ends the session. Returns the value of the cookie to set. */
    String logout(HttpRequest request, Visit visit) {
        if (visit.session() != null) {
            sessions.end(visit.session());
        }
        return cookie(request, "", 0);
    }

    private boolean isSecure(HttpRequest request) {
        return settings.isHttps() || request.secure();
    }

    private String cookie(HttpRequest request, String token, long seconds) {
        boolean secure = isSecure(request);
        return (secure ? SECURE_COOKIE : COOKIE) + "=" + token + "; Path=/; Max-Age=" + seconds
                + "; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
    }

    /** Returns the one token that was sent; several are none: another site of the host may have set one of them. */
    private Optional<String> session(HttpRequest request) {
        String prefix = (isSecure(request) ? SECURE_COOKIE : COOKIE) + "=";
        List<String> tokens = request.all("Cookie").stream()
                .flatMap(header -> List.of(header.split(";", -1)).stream())
                .map(String::strip)
                .filter(pair -> pair.startsWith(prefix))
                .map(pair -> pair.substring(prefix.length()))
                .toList();
        return tokens.size() == 1 && !tokens.get(0).isEmpty() ? Optional.of(tokens.get(0)) : Optional.empty();
    }
}
