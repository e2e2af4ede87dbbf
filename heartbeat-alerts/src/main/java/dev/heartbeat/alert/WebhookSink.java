package dev.heartbeat.alert;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heartbeat.health.Condition;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Posts alerts to an address: a chat, a gateway for text messages, a service of one's own. It gives up after ten seconds,
 * follows no redirect, and takes any answer but 2xx for a failure. Each request has a header {@code Idempotency-Key} for
 * receivers that drop doubles. Immutable and thread-safe.
 */
public final class WebhookSink implements AlertSink {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]+");
    private static final Pattern PLACE = Pattern.compile("\\{(title|text)}");
    private static final String JSON_TYPE = "application/json; charset=utf-8";

    private final Http http;
    private final String name;
    private final URI address;
    private final String type;
    private final Function<Alert, String> body;
    private final Map<String, String> headers;

    /** The same with another limit, for tests. */
    WebhookSink within(Duration limit) {
        return new WebhookSink(new Http(limit), name, address, type, body, headers);
    }

    private WebhookSink(
            Http http,
            String name,
            URI address,
            String type,
            Function<Alert, String> body,
            Map<String, String> headers) {
        this.http = http;
        this.name = name;
        this.address = address;
        this.type = type;
        this.body = body;
        this.headers = Map.copyOf(headers);
    }

    /**
     * Returns a sink that posts all of an alert as JSON: {@code platform, rule, kind, status, title, text, since, at, key} and
     * {@code causes} with {@code name, cause, since, nextStep}.
     *
     * @param name see {@link AlertSink#name()}
     * @throws IllegalArgumentException unless it is an http or https address
     */
    public static WebhookSink json(String name, URI address) {
        return of(name, address, JSON_TYPE, WebhookSink::json);
    }

    /**
     * Returns a sink for an incoming webhook of Slack, or of what takes the same ({@code {"text": ...}}).
     *
     * @param name see {@link AlertSink#name()}
     * @throws IllegalArgumentException unless it is an http or https address
     */
    public static WebhookSink slack(String name, URI address) {
        return of(
                name,
                address,
                JSON_TYPE,
                alert -> JSON.createObjectNode()
                        .put("text", escapedForSlack(alert.text()))
                        .toString());
    }

    /** What an exception says must neither call everybody nor become a link. */
    private static String escapedForSlack(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /**
     * Returns a sink that posts a form, as gateways for text messages take it. In the values <code>{title}</code> stands for
     * the alert in one line of at most 160 characters, <code>{text}</code> for all of it.
     *
     * @param name see {@link AlertSink#name()}
     * @param fields names and values, such as {@code From}, {@code To} and {@code Body}
     * @throws IllegalArgumentException unless it is an http or https address, and there is a field
     */
    public static WebhookSink form(String name, URI address, Map<String, String> fields) {
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("webhook '" + name + "': a form needs a field, such as Body={title}");
        }
        Map<String, String> kept = new LinkedHashMap<>(fields);
        return of(name, address, "application/x-www-form-urlencoded", alert -> form(kept, alert));
    }

    /**
     * Returns a sink that posts what a function makes of an alert.
     *
     * @param name see {@link AlertSink#name()}
     * @param contentType the type of the body
     * @throws IllegalArgumentException unless it is an http or https address
     */
    public static WebhookSink of(String name, URI address, String contentType, Function<Alert, String> body) {
        return new WebhookSink(
                new Http(),
                Objects.requireNonNull(name, "name"),
                Http.checked(address),
                Objects.requireNonNull(contentType, "contentType"),
                Objects.requireNonNull(body, "body"),
                Map.of());
    }

    /**
     * Returns a sink that sends one header more, such as {@code Authorization}.
     *
     * @throws IllegalArgumentException if a request cannot have it; the message does not tell the value
     */
    public WebhookSink header(String name, String value) {
        boolean allowed = value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 127 && c <= 255));
        if (!allowed || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("webhook '" + this.name + "': header '" + name
                    + "' is not allowed; a name of letters, digits and hyphens, a value without line breaks");
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new WebhookSink(http, this.name, address, type, body, more);
    }

    /** Returns a sink that sends a user and a password, as most gateways for text messages want it. */
    public WebhookSink basicAuth(String user, String password) {
        String both = user + ":" + password;
        return header(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void send(Alert alert) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .header("Content-Type", type)
                .header("Idempotency-Key", ascii(alert.key()))
                .POST(BodyPublishers.ofString(body.apply(alert)));
        headers.forEach(request::setHeader);
        http.send(request, address);
    }

    private static String ascii(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8);
    }

    private static String json(Alert alert) {
        ObjectNode root = JSON.createObjectNode()
                .put("platform", alert.platform())
                .put("rule", alert.rule())
                .put("kind", alert.kind().text())
                .put("status", alert.status().text())
                .put("title", alert.title())
                .put("text", alert.text())
                .put("since", alert.since().toString())
                .put("at", alert.at().toString())
                .put("key", alert.key());
        ArrayNode causes = root.putArray("causes");
        for (Condition cause : alert.causes()) {
            causes.addObject()
                    .put("name", cause.name())
                    .put("cause", cause.cause())
                    .put("since", cause.since().toString())
                    .put("nextStep", cause.nextStep());
        }
        return root.toString();
    }

    private static String form(Map<String, String> fields, Alert alert) {
        List<String> pairs = new ArrayList<>();
        fields.forEach((field, value) -> pairs.add(encoded(field) + "="
                + encoded(PLACE.matcher(value)
                        .replaceAll(place -> Matcher.quoteReplacement(
                                place.group(1).equals("title") ? alert.title() : alert.text())))));
        return String.join("&", pairs);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "WebhookSink[" + name + "]";
    }
}
