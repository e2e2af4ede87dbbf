package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.RunQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Long lists: no query asks for more than a page, and nothing is read twice for the next page. */
@NeedsEmulator
@Timeout(120)
class PagingTest extends OnTheWire {
    private static final int DUE = 2_100;
    private static final Instant OLD = Instant.parse("2020-01-01T00:00:00Z");

    @ParameterizedTest
    @EnumSource(FindMode.class)
    void whatIsDueIsReadPageByPageAndOnce(FindMode mode) {
        project.putAll("schedules", DUE, i -> due());
        FirestoreHeartbeatStore store =
                FirestoreHeartbeatStore.builder().client(client).mode(mode).build();
        List<String> all =
                IntStream.range(0, DUE).mapToObj(i -> "s-" + i).sorted().toList();

        assertThat(findAll(store)).as("by reading all documents").isEqualTo(all);
        assertThat(wire.reads()).isEqualTo(DUE);
        wire.reset();
        assertThat(findAll(store)).as("as every day").isEqualTo(all);

        assertThat(wire.reads())
                .as("in INDEXED mode, 1 for no forced one and 1 for no upcoming one")
                .isEqualTo(mode == FindMode.SCAN ? DUE : DUE + 2);
        assertThat(wire.largestAnswer()).isEqualTo(Calls.PAGE);
    }

    private static List<String> findAll(FirestoreHeartbeatStore store) {
        List<String> ids = new ArrayList<>();
        @Nullable DuePosition after = null;
        do {
            Found found = store.findDue(new DueQuery(Due.FIRE.plusSeconds(60), after, 500, 20, Due.LIMIT));
            found.due().forEach(each -> ids.add(each.id()));
            after = found.next().orElse(null);
        } while (after != null);
        return ids;
    }

    /** A schedule where the index has it. */
    private static Map<String, @Nullable Object> due() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("enabled", true);
        fields.put("cron", "@at " + Due.FIRE);
        fields.put("task", "send-mail");
        fields.put("lastRun", Neutral.timestamp(OLD));
        fields.put("heartbeat", Map.of("wakeAt", Neutral.timestamp(Due.FIRE)));
        return fields;
    }

    /** Without a policy that removes it, it would be read again by each page that is not full. */
    @Test
    void historyThatHasExpiredIsNotRead() {
        FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
                .client(client)
                .keep(Duration.ofDays(30))
                .build();
        Timestamp old = Neutral.timestamp(OLD);
        project.putAll("system/heartbeat/audit", 50, i -> Map.of("at", old, "expireAt", old));
        project.putAll("system/heartbeat/pulses", 50, i -> Map.of("startedAt", old, "expireAt", old));
        project.putAll("schedules/mail/runs", 50, i -> Map.of("endedAt", old, "expireAt", old));
        Due.find(store); // so that it knows the server's time
        wire.reset();

        assertThat(store.audit(null, 10).items()).isEmpty();
        assertThat(store.pulses(null, 10).items()).isEmpty();
        assertThat(store.runs(RunQuery.of("mail", 10)).items()).isEmpty();
        assertThat(store.runs(RunQuery.newest(10)).items()).isEmpty();

        assertThat(wire.reads()).as("one for each query without an answer").isEqualTo(4);
    }
}
