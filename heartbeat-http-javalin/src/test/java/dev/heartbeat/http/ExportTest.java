package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.store.CallLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger as a file. */
class ExportTest {
    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        desk.close();
    }

    /** So many entries of a schedule, a second apart. */
    private void ledger(int entries) {
        for (int i = 0; i < entries; i++) {
            Instant at = Given.NOON.plusSeconds(i);
            desk.store.appendRuns(List.of(Given.run("mail", "fire-" + i, at, 0)), CallLimit.of(Duration.ofSeconds(5)));
        }
    }

    private List<String> lines(HttpResponse csv) {
        return List.of(Given.body(csv).split("\r\n"));
    }

    @Test
    void allOfItIsReadPageByPageWhileItIsWritten() {
        ledger(1_203);
        desk.asked.forget();

        HttpResponse csv = desk.get("history.csv");
        assertThat(desk.asked.calls).as("before a byte is written").containsExactly("runs");
        assertThat(lines(csv)).hasSize(1_204).doesNotHaveDuplicates();
        assertThat(desk.asked.calls).containsExactly("runs", "runs", "runs");
        JsonNode json = Desk.json(desk.get("history.json"));
        assertThat(json).hasSize(1_203);
        assertThat(json.get(1_202).get("endedAt").asText()).isEqualTo("2026-02-15T12:00:00Z");
    }

    @Test
    void noMoreThanAskedForIsReadAndWritten() {
        ledger(1_203);
        desk.asked.forget();

        assertThat(lines(desk.get("history.csv?limit=501"))).hasSize(502);
        assertThat(desk.asked.documents.get()).isEqualTo(501);
        assertThat(Desk.json(desk.get("history.json?schedule=none"))).isEmpty();
    }

    @Test
    void aFileThatIsCutShortSaysSo() {
        ledger(1_203);
        AtomicInteger answers = new AtomicInteger(Integer.MAX_VALUE);
        try (Heartbeat lost = Given.heartbeat(
                        LostStore.of(desk.store, () -> answers.getAndDecrement() <= 0), desk.clock)
                .build()) {
            HeartbeatHttp http = new HeartbeatHttp(
                    lost,
                    HttpSettings.withSecrets(Given.SECRET)
                            .dashboard(DashboardSettings.viewers(request -> new Viewer(ViewerRole.SUPER_USER, "ann"))),
                    desk.clock);
            HttpRequest csv = Given.request("GET", "/heartbeat/api/history.csv", "Host", "localhost");

            answers.set(1);
            List<String> lines = lines(http.dashboard(csv));
            assertThat(lines).hasSize(502).last().asString().startsWith("INCOMPLETE");
            answers.set(1);
            HttpRequest json = Given.request("GET", "/heartbeat/api/history.json", "Host", "localhost");
            assertThat(Given.body(http.dashboard(json))).startsWith("[{").endsWith("}");
            assertThat(http.dashboard(csv).status()).as("before the first page").isEqualTo(503);
        }
    }

    @Test
    void headTellsNoLength() {
        HttpResponse head = desk.ask("HEAD", "api/history.csv", "", "Host", "localhost:8080");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers()).doesNotContainKey("Content-Length");
        assertThat(Given.body(head)).isEmpty();
    }

    @Test
    void theLedgerIsExportedAsJsonAndAsASafeSheet() {
        desk.work.set(context -> {
            throw new IllegalStateException("=HYPERLINK(\"x\"), line\nbreak");
        });
        desk.define(desk.schedule("one", "10 12 * * *").retry(Retry.none()));
        desk.define(desk.failing("two", "20 12 * * *"));
        desk.pulseAt("12:10:00");
        desk.pulseAt("12:20:00");

        HttpResponse csv = desk.get("history.csv");
        assertThat(csv.headers())
                .containsEntry("Content-Type", "text/csv; charset=utf-8")
                .containsEntry("Content-Disposition", "attachment; filename=\"history.csv\"");
        String[] lines = Given.body(csv).split("\r\n", -1);
        assertThat(lines[0]).startsWith("endedAt,schedule,task,queue,outcome,reason,fireTime");
        assertThat(lines[1])
                .startsWith("2026-02-15T12:20:00Z,two,fail,,failed,")
                .contains("token=[redacted]");
        assertThat(lines[2]).startsWith("2026-02-15T12:10:00Z,one,work,,failed,");
        JsonNode json = Desk.json(desk.get("history.json?limit=1"));
        assertThat(Desk.texts(json, "schedule")).containsExactly("two");
        assertThat(Desk.texts(Desk.json(desk.get("history.json?schedule=one")), "schedule"))
                .containsExactly("one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@x", "\tx"})
    void aTextThatLooksLikeAFormulaIsMadeAText(String text) {
        assertThat(Export.cell(text)).startsWith("'" + text.charAt(0));
    }

    @Test
    void cellsAreQuotedWhereTheyMustBe() {
        assertThat(Export.cell("plain")).isEqualTo("plain");
        assertThat(Export.cell("a,b")).isEqualTo("\"a,b\"");
        assertThat(Export.cell("say \"hi\"\nnow")).isEqualTo("\"say \"\"hi\"\"\nnow\"");
        assertThat(Export.cell(null)).isEmpty();
    }
}
