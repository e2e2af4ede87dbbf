package dev.heartbeat.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a request comes from, as far as a browser tells: the name that it asked for, and the page that asks. Pure.
 */
final class Origins {
    /** What a page of ours sends, and no form of another site can. */
    static final String REQUEST_HEADER = "X-Heartbeat-Request";

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final List<String> FORWARDED =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

    private final DashboardSettings settings;

    Origins(DashboardSettings settings) {
        this.settings = settings;
    }

    /** Tells whether the name that was asked for is one of ours: another site's name may lead to our address. */
    boolean isOurHost(HttpRequest request) {
        Optional<String> name = host(request);
        if (name.isEmpty()) {
            return false;
        }
        boolean any = settings.hosts().isEmpty() && !settings.isOpenOnLoopback();
        return any || LOOPBACK.contains(name.get()) || settings.hosts().contains(name.get());
    }

    /** Tells whether somebody on this machine asked for this machine, and nobody in between says that they did for another. */
    static boolean isLocal(HttpRequest request) {
        return isLoopback(request.remoteAddress())
                && host(request).filter(LOOPBACK::contains).isPresent()
                && FORWARDED.stream().allMatch(header -> request.all(header).isEmpty());
    }

    private static boolean isLoopback(String address) {
        try { // the address of a socket, so nothing is looked up
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Returns the one name that was asked for, without the port. */
    private static Optional<String> host(HttpRequest request) {
        List<String> sent = request.all("Host");
        return sent.size() == 1 ? Optional.of(withoutPort(sent.get(0))) : Optional.empty();
    }

    private static String withoutPort(String authority) {
        String lower = authority.strip().toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
    }

    /**
     * Tells whether a page of ours sends the request. Two ports of one host are one site to a browser, so the cookie's
     * SameSite is no answer; what cannot be told is none of ours.
     */
    boolean isSameOrigin(HttpRequest request) {
        List<String> fetchSite = request.all("Sec-Fetch-Site");
        if (!fetchSite.isEmpty()) {
            return fetchSite.equals(List.of("same-origin"));
        }
        List<String> origin = request.all("Origin");
        List<String> host = request.all("Host");
        return origin.size() == 1 && host.size() == 1 && isOurs(origin.get(0), host.get(0));
    }

    private boolean isOurs(String origin, String host) {
        URI uri;
        try {
            uri = URI.create(origin);
        } catch (IllegalArgumentException e) {
            return false;
        }
        String authority = uri.getRawAuthority();
        if (authority == null || !List.of("http", "https").contains(uri.getScheme())) {
            return false;
        }
        String port = uri.getScheme().equals("https") ? ":443" : ":80";
        String asked = host.strip().toLowerCase(Locale.ROOT);
        String sent = authority.toLowerCase(Locale.ROOT);
        return sent.equals(asked)
                || (sent + port).equals(asked)
                || (uri.getPort() < 0 && settings.hosts().contains(withoutPort(sent))); // a proxy has changed the Host
    }

    /** Tells whether the page says that it means it: a header that makes other origins ask first, which we never allow. */
    static boolean isMeant(HttpRequest request) {
        return request.all(REQUEST_HEADER).equals(List.of("1"));
    }
}
