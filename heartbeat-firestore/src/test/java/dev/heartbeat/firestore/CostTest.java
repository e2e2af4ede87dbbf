package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read and written, as the service bills it, is what the table in docs/firestore.md says. */
@NeedsEmulator
@Timeout(120)
class CostTest extends OnTheWire {
    private static final Path PAGE = Path.of("../docs/firestore.md");

    @ParameterizedTest
    @CsvSource({
        "SCAN,    40, 0,  0,  0",
        "SCAN,    40, 1,  0,  0",
        "SCAN,    40, 10, 0,  5",
        "SCAN,    40, 40, 0,  0",
        "SCAN,    40, 0,  10, 0",
        "INDEXED, 40, 0,  0,  0",
        "INDEXED, 40, 1,  0,  0",
        "INDEXED, 40, 10, 0,  0",
        "INDEXED, 40, 10, 0,  5",
        "INDEXED, 40, 0,  1,  0",
        "INDEXED, 40, 0,  10, 0",
        "INDEXED, 40, 3,  10, 5",
    })
    void aPulse(FindMode mode, int others, int forced, int byTime, int upcoming) throws IOException {
        FirestoreHeartbeatStore store = store(mode);
        try (Heartbeat heartbeat = Heartbeat.builder(store)
                .upcoming(upcoming)
                .task("send-mail", context -> TaskResult.of(Map.of("sent", 1)))
                .build()) {
            project.putAll("schedules", others, i -> yearly());
            assertThat(heartbeat.pulse().count(Outcome.EXECUTED)).isEqualTo(others);
            for (int i = 0; i < byTime; i++) {
                Due.request(store, "due-" + i);
            }
            forceByHand(forced);
            wire.reset();

            Pulse pulse = heartbeat.pulse();

            int due = forced + byTime;
            assertThat(pulse.count(Outcome.EXECUTED)).isEqualTo(due);
            Map<String, Integer> words = Map.of(
                    "N", others + byTime, "K", due, "due by time", byTime, "forced", forced, "upcoming", upcoming);
            assertCost("a pulse", mode, words);
        }
    }

    @ParameterizedTest
    @EnumSource(FindMode.class)
    void aRenewal(FindMode mode) throws IOException {
        FirestoreHeartbeatStore store = store(mode);
        ClaimRequest claim = Due.claimed(store, "mail");
        wire.reset();

        assertThat(store.renew(List.of(Renewal.of(claim.token())), Due.LEASE, Due.LIMIT))
                .hasSize(1);

        assertCost("a renewal", mode, Map.of());
    }

    @ParameterizedTest
    @EnumSource(FindMode.class)
    void anEdit(FindMode mode) throws IOException {
        FirestoreHeartbeatStore store = store(mode);
        Due.request(store, "mail");
        wire.reset();

        assertThat(store.edit(ScheduleEdit.force("mail"), Version.ANY)).isPresent();

        assertCost("an edit", mode, Map.of());
    }

    private FirestoreHeartbeatStore store(FindMode mode) {
        return FirestoreHeartbeatStore.builder().client(client).mode(mode).build();
    }

    private static Map<String, @Nullable Object> yearly() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("enabled", true);
        fields.put("cron", "0 0 1 1 *");
        fields.put("task", "send-mail");
        return fields;
    }

    /** In the console, so that the index knows nothing of it. */
    private void forceByHand(int count) {
        Map<String, @Nullable Object> forced = new LinkedHashMap<>();
        forced.put("lastRun", null);
        for (int i = 0; i < count; i++) {
            project.update("schedules/s-" + i, forced);
        }
    }

    private void assertCost(String what, FindMode mode, Map<String, Integer> words) throws IOException {
        assertThat(wire.reads()).as("documents read by " + what).isEqualTo(sum(cell(what + ": reads", mode), words));
        assertThat(wire.writes())
                .as("documents written by " + what)
                .isEqualTo(sum(cell(what + ": writes", mode), words));
    }

    /** The cell of the table whose head names the modes. */
    private static String cell(String row, FindMode mode) throws IOException {
        List<List<String>> table = Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith("| billed documents"))
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Stream.of(line.split("\\|")).map(String::strip).toList())
                .toList();
        int column = table.get(0).indexOf("`" + mode + "`");
        return table.stream()
                .filter(cells -> cells.get(1).equals(row))
                .map(cells -> cells.get(column))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row '" + row + "' in " + PAGE));
    }

    /** Adds up terms such as {@code 3}, {@code N}, {@code 4K} and {@code max(1, forced)}. */
    private static int sum(String cell, Map<String, Integer> words) {
        return Stream.of(cell.split(" \\+ "))
                .mapToInt(term -> term.startsWith("max(1, ")
                        ? Math.max(1, term(term.substring("max(1, ".length(), term.length() - 1), words))
                        : term(term, words))
                .sum();
    }

    private static int term(String term, Map<String, Integer> words) {
        String number = term.replaceFirst("\\D.*", "");
        String word = term.substring(number.length());
        int factor = number.isEmpty() ? 1 : Integer.parseInt(number);
        return word.isEmpty() ? factor : factor * Objects.requireNonNull(words.get(word), word);
    }
}
