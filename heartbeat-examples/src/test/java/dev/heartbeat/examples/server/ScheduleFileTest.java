package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.ScheduleDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleFileTest {
    @TempDir
    Path folder;

    private Path file(String json) throws IOException {
        return Files.writeString(folder.resolve("schedules.json"), json);
    }

    private List<String> problems(String json) throws IOException {
        Path file = file(json);
        UsageException refused = catchThrowableOfType(UsageException.class, () -> ScheduleFile.read(file));
        assertThat(refused).as("refused").isNotNull();
        return refused.problems().stream()
                .map(problem -> problem.replace("file " + file + ", ", ""))
                .toList();
    }

    @Test
    void thePlaybooksSchedulesAreRead() throws Exception {
        Path file = Path.of(
                ScheduleFileTest.class.getResource("/playbook-schedules.json").toURI());

        List<ScheduleDocument> documents = ScheduleFile.read(file);

        assertThat(documents)
                .extracting(document -> document.schedule().id())
                .containsExactly(
                        "weekly-deals",
                        "birthday-emails",
                        "pos-sync",
                        "competitor-scrape",
                        "first-of-month",
                        "switched-off");
        assertThat(documents.get(0).lastRun()).isEqualTo(LastRun.NULL);
        assertThat(documents.get(0).schedule().params().text("playbookId")).isEqualTo("weekly-deals-template");
        assertThat(documents.get(2).lastRun()).isEqualTo(LastRun.at(Instant.parse("2026-02-15T11:30:02Z")));
        assertThat(documents.get(3).lastRun()).isEqualTo(LastRun.MISSING);
        assertThat(documents.get(3).schedule().isBrowserTask()).isTrue();
        assertThat(documents.get(4).schedule().zone()).isEqualTo(ZoneId.of("America/New_York"));
        assertThat(documents.get(5).schedule().enabled()).isFalse();
    }

    @Test
    void allProblemsAreToldWithTheirLines() throws Exception {
        assertThat(problems("""
                        [
                          { "id": "a", "enabled": true,
                            "crom": "0 9 * * 1", "task": "log" },
                          { "id": "b", "enabled": "yes",
                            "cron": "0 9 * * 1", "task": "log" },
                          { "id": "c", "enabled": true,
                            "cron": "0 25 * * 1", "task": "log" },
                          { "enabled": true, "cron": "@daily", "task": "log" },
                          17,
                          { "id": "d", "enabled": true, "cron": "@daily", "task": "log",
                            "timeZone": "Mars/Olympus" },
                          { "id": "d", "enabled": true, "cron": "@daily", "task": "log" }
                        ]
                        """))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith("line 3: field 'crom' is unknown (did you mean 'cron'?); allowed are"),
                        problem -> assertThat(problem).contains("schedule 'a': field 'cron' is missing"),
                        problem -> assertThat(problem)
                                .startsWith(
                                        "line 4: schedule 'b': field 'enabled' is 'yes' (String); allowed is true or"),
                        problem -> assertThat(problem)
                                .startsWith("line 7: schedule 'c': field 'cron'")
                                .contains("hour"),
                        problem -> assertThat(problem).startsWith("line 8: field 'id' is missing"),
                        problem -> assertThat(problem).startsWith("line 9: an entry is 17; a JSON object is wanted"),
                        problem -> assertThat(problem).startsWith("line 11: schedule 'd': field 'timeZone'"),
                        problem -> assertThat(problem).startsWith("line 12: schedule 'd' is there twice"));
    }

    @Test
    void whatIsNotJsonIsToldWithLineAndColumn() throws Exception {
        assertThat(problems("[\n  { \"id\": \"a\", }\n]"))
                .singleElement()
                .asString()
                .startsWith("line 2: not JSON, column");
        assertThat(problems("{}")).singleElement().asString().startsWith("line 1: a JSON array of schedules is wanted");
        assertThat(problems("")).isNotEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> ScheduleFile.read(missing))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(missing.toString());
    }
}
