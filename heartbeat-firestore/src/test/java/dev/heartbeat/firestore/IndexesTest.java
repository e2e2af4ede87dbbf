package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.heartbeat.store.RunQuery;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asks the emulator which indexes the queries of the library used, and compares them with those that are shipped. */
@NeedsEmulator
@Timeout(120)
class IndexesTest extends OnTheWire {
    /** Served by the automatic indexes of single fields, merged: there is no range and no order in it. */
    private static final String EQUALITY_ONLY = "schedules COLLECTION enabled ASCENDING, lastRun ASCENDING";

    @Test
    void everyIndexThatAQueryUsesIsShippedAndNoOther() throws IOException {
        for (FindMode mode : FindMode.values()) {
            FirestoreHeartbeatStore store =
                    FirestoreHeartbeatStore.builder().client(client).mode(mode).build();
            Due.request(store, "of-" + mode);
            Due.find(store);
            Due.find(store);
            store.runs(RunQuery.newest(1));
            store.runs(RunQuery.of("mail", 1));
            store.pulses(null, 1);
            store.audit(null, 1);
            store.schedules(null, 1);
            store.unreadable();
        }

        Set<String> used = used();

        assertThat(used).contains(EQUALITY_ONLY);
        used.remove(EQUALITY_ONLY);
        used.addAll(ordersOfRuns());
        assertThat(used).isEqualTo(shipped());
    }

    /**
     * The emulator does not tell of the automatic indexes of single fields. That of the list of one schedule's runs has to be
     * named all the same, because naming any index of a field takes its automatic ones away.
     */
    private Set<String> ordersOfRuns() {
        return wire.queries().stream()
                .filter(query -> query.getFrom(0).getCollectionId().equals("runs"))
                .map(query -> "runs %s %s"
                        .formatted(
                                query.getFrom(0).getAllDescendants() ? "COLLECTION_GROUP" : "COLLECTION",
                                query.getOrderByList().stream()
                                        .filter(order ->
                                                !order.getField().getFieldPath().equals("__name__"))
                                        .map(order -> order.getField().getFieldPath() + " " + order.getDirection())
                                        .collect(Collectors.joining(", "))))
                .collect(Collectors.toSet());
    }

    private Set<String> used() throws IOException {
        String path = "/emulator/v1/projects/%1$s:indexUsage?database=projects/%1$s/databases/(default)"
                .formatted(project.name());
        JsonArray reports = json(Emulator.shared().send("GET", path).body()).getAsJsonArray("reports");
        Set<String> used = new TreeSet<>();
        int queries = 0;
        for (JsonElement report : reports) {
            used.add(index(report.getAsJsonObject().getAsJsonObject("index")));
            queries += report.getAsJsonObject().get("numQueries").getAsInt();
        }
        assertThat(queries).as("queries that the emulator tells of").isGreaterThanOrEqualTo(5);
        return used;
    }

    /** An index as the emulator tells of it; the id, which every index ends with, is left out. */
    private static String index(JsonObject index) {
        String name = index.get("name").getAsString();
        String group = name.replaceAll(".*/collectionGroups/([^/]+)/.*", "$1");
        return index(group, index.get("queryScope").getAsString(), index.getAsJsonArray("fields"));
    }

    private static String index(String group, String scope, JsonArray fields) {
        List<String> parts = new ArrayList<>();
        for (JsonElement field : fields) {
            String path = field.getAsJsonObject().get("fieldPath").getAsString();
            if (!path.equals("__name__")) {
                parts.add(path + " " + field.getAsJsonObject().get("order").getAsString());
            }
        }
        return group + " " + scope + " " + String.join(", ", parts);
    }

    private static Set<String> shipped() throws IOException {
        JsonObject file = json(resource("firestore.indexes.json"));
        Stream<String> composite = objects(file.getAsJsonArray("indexes"))
                .map(index -> index(
                        index.get("collectionGroup").getAsString(),
                        index.get("queryScope").getAsString(),
                        index.getAsJsonArray("fields")));
        Stream<String> single = objects(file.getAsJsonArray("fieldOverrides"))
                .flatMap(field -> objects(field.getAsJsonArray("indexes"))
                        .map(index -> "%s %s %s %s"
                                .formatted(
                                        field.get("collectionGroup").getAsString(),
                                        index.get("queryScope").getAsString(),
                                        field.get("fieldPath").getAsString(),
                                        index.get("order").getAsString())));
        return Stream.concat(composite, single).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsJsonObject);
    }

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(FirestoreHeartbeatStore.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
