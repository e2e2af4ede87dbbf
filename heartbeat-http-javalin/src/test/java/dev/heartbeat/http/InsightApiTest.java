package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.PulseRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dashboard is told of the days to come, and what that costs. */
class InsightApiTest {
    private static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(10));

    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        desk.close();
    }

    /** A daily schedule that becomes slower, and four pulses a day of a source that was asked for more. */
    private void fourWeeks() {
        for (int i = 0; i <= 27; i++) {
            Instant day = Given.NOON.minus(Duration.ofDays(27 - i));
            desk.store.appendRuns(List.of(Given.run("deals", "k" + i, day, 10_000 + 200L * i)), LIMIT);
            for (int hour = 0; hour < 24; hour += 6) {
                Instant at = day.minus(Duration.ofHours(hour));
                desk.store.savePulse(
                        new PulseRecord("p" + at, "github-actions", at, at, 400, Map.of(), List.of(), false, null),
                        LIMIT);
            }
        }
    }

    @Test
    void itTellsWhatStandsOut() {
        fourWeeks();
        JsonNode insight = desk.json("insight");

        assertThat(Desk.texts(insight.get("findings"), "kind")).containsExactly("cadence", "slower");
        JsonNode slower = insight.get("findings").get(1);
        assertThat(slower.get("cause").asText())
                .isEqualTo("deals (task work) is slower by 11 % a week: from 10 s to 15 s in 27 days");
        assertThat(slower.get("perWeek").asDouble()).isEqualTo(0.1102);
        assertThat(slower.get("usual").asInt()).isEqualTo(10_000);
        assertThat(slower.get("current").asInt()).isEqualTo(15_400);
        assertThat(insight.get("sources").get(0).get("suggestedStaleAfterMs").asLong())
                .isEqualTo(32_400_000);
        assertThat(insight.get("days").asInt()).isEqualTo(28);
        assertThat(insight.get("complete").asBoolean()).isTrue();
        assertThat(insight.get("ledger").get("read").asInt()).isEqualTo(28);
    }

    @Test
    void anEmptyPastHasNothingToTell() {
        JsonNode insight = desk.json("insight");

        assertThat(insight.get("findings")).isEmpty();
        assertThat(insight.get("tasks")).isEmpty();
        assertThat(insight.get("capacity").get("perWeekMs").isNull()).isTrue();
        assertThat(insight.get("at").asText()).isEqualTo("2026-02-15T12:00:00Z");
    }

    @Test
    void theAnswerIsKeptForAWhile() {
        fourWeeks();
        desk.json("insight");
        desk.asked.forget();
        desk.clock.advance(Duration.ofMinutes(9));

        assertThat(desk.json("insight").get("at").asText()).isEqualTo("2026-02-15T12:00:00Z");
        assertThat(desk.asked.calls).isEmpty();

        desk.clock.advance(Duration.ofMinutes(1));

        assertThat(desk.json("insight").get("at").asText()).isEqualTo("2026-02-15T12:10:00Z");
        assertThat(desk.asked.calls).containsExactly("runs", "pulses");
    }

    @Test
    void anotherSpanIsAnotherAnswer() {
        fourWeeks();
        desk.json("insight");

        assertThat(desk.json("insight?days=7").get("ledger").get("read").asInt())
                .isEqualTo(8);
        assertThat(desk.json("insight?days=7").get("days").asInt()).isEqualTo(7);

        desk.asked.forget();
        assertThat(desk.json("insight").get("days").asInt()).isEqualTo(28);
        assertThat(desk.json("insight?days=7").get("days").asInt()).isEqualTo(7);
        assertThat(desk.asked.calls).as("both are kept").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"insight?days=0", "insight?days=65", "insight?days=x"})
    void aSpanOutOfRangeIsRefused(String path) {
        assertThat(desk.get(path).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TENANT", "CUSTOMER", "NONE"})
    void itIsForSuperUsersAlone(ViewerRole role) {
        try (Desk other = new Desk(DashboardSettings.viewers(request -> new Viewer(role, "bob")))) {
            assertThat(other.get("insight").status()).isEqualTo(403);
            assertThat(other.asked.calls).isEmpty();
        }
    }

    /** Field by field, so that the page on the API names neither more nor less than there is. */
    @Test
    void itHasTheFieldsThatTheDocumentationShows() throws IOException {
        String docs = Files.readString(Path.of("..", "docs", "dashboard-api.md"));
        int block = docs.indexOf("```json", docs.indexOf("## `GET api/insight")) + 7;
        JsonNode shown = Desk.MAPPER.readTree(docs.substring(block, docs.indexOf("```", block)));
        fourWeeks();

        assertThat(fields("", desk.json("insight"))).isEqualTo(fields("", shown));
    }

    private static Set<String> fields(String path, JsonNode node) {
        Set<String> fields = new TreeSet<>();
        List<JsonNode> items = new ArrayList<>();
        node.elements().forEachRemaining(items::add);
        if (node.isArray()) {
            items.forEach(item -> fields.addAll(fields(path + "[]", item)));
        } else {
            node.fieldNames().forEachRemaining(name -> {
                fields.add(path + "." + name);
                fields.addAll(fields(path + "." + name, node.get(name)));
            });
        }
        return fields;
    }
}
