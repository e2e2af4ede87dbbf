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
                            "crom": "0 9 * * 1", "task": "other" },
                          { "id": "b", "enabled": "yes",
                            "cron": "0 9 * * 1", "task": 5 },
                          { "id": "c", "enabled": true,
                            "cron": "0 25 * * 1", "task": "other" },
                          { "enabled": true, "cron": "@daily", "task": "other" },
                          17,
                          { "id": "d", "enabled": true, "cron": "@daily", "task": "other",
                            "timeZone": "Mars/Olympus" },
                          { "id": "d", "enabled": true, "cron": "@daily", "task": "other" },
                          { "id": "e/f", "enabled": true,
                            "enabled": false, "cron": "@daily", "task": "other" },
                          { "id": "g", "enabled": true, "cron": "@daily", "task": "other",
                            "notBefore": "2026-02-01T00:00:00Z", "notAfter": "2026-01-01T00:00:00Z" }
                        ]
                        """))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith(
                                        "line 3: schedule 'a': field 'crom' is unknown (did you mean 'cron'?); allowed are"),
                        problem -> assertThat(problem).startsWith("line 2: schedule 'a': field 'cron' is missing"),
                        problem -> assertThat(problem)
                                .startsWith(
                                        "line 4: schedule 'b': field 'enabled' is 'yes' (String); allowed is true or"),
                        problem -> assertThat(problem).startsWith("line 5: schedule 'b': field 'task' is '5'"),
                        problem -> assertThat(problem)
                                .startsWith("line 7: schedule 'c': field 'cron'")
                                .contains("hour"),
                        problem -> assertThat(problem)
                                .startsWith("line 8: entry 4: field 'id' is missing; allowed is text"),
                        problem -> assertThat(problem).startsWith("line 9: entry 5 is 17; a JSON object is wanted"),
                        problem -> assertThat(problem).startsWith("line 11: schedule 'd': field 'timeZone'"),
                        problem -> assertThat(problem).startsWith("line 12: schedule 'd' is there twice"),
                        problem -> assertThat(problem)
                                .startsWith("line 13: entry 8: field 'id' is 'e/f'; allowed is text"),
                        problem -> assertThat(problem).startsWith("line 14: entry 8: field 'enabled' is there twice"),
                        problem -> assertThat(problem).startsWith("line 15: schedule 'g': notAfter"));
    }

    @Test
    void theFieldsOfARetryAreToldOneByOne() throws Exception {
        assertThat(problems("""
                        [ { "id": "a", "enabled": true, "cron": "@daily", "task": "other",
                            "retry": {
                              "maxAttempts": 0,
                              "backof": 5,
                              "maxBackoff": "soon" } },
                          { "id": "b", "enabled": true, "cron": "@daily", "task": "other",
                            "retry": { "backoff": "PT5M",
                                       "maxBackoff": "PT1M" } },
                          { "id": "c", "enabled": true, "cron": "@daily", "task": "other",
                            "retry": 3 } ]
                        """))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith("line 3: schedule 'a', retry")
                                .contains("maxAttempts is 0; allowed are 1 to 100"),
                        problem -> assertThat(problem)
                                .startsWith("line 5: schedule 'a', retry: field 'maxBackoff' is 'soon'"),
                        problem -> assertThat(problem)
                                .startsWith("line 4: schedule 'a': field 'retry.backof' is unknown (did you mean"),
                        problem -> assertThat(problem)
                                .startsWith("line 7: schedule 'b', retry")
                                .contains("PT5M to PT1M"),
                        problem -> assertThat(problem).startsWith("line 10: schedule 'c': field 'retry' is a number;"));
        assertThat(ScheduleFile.read(file("""
                        [ { "id": "a", "enabled": true, "cron": "@daily", "task": "other",
                            "retry": { "backoff": 1, "maxBackoff": 2.5 } } ]
                        """))).hasSize(1);
    }

    @Test
    void theParamsOfBuiltInTasksAreChecked() throws Exception {
        assertThat(problems("""
                        [ { "id": "a", "enabled": true, "cron": "@daily", "task": "http-request",
                            "params": { "method": "get",
                                        "header": {},
                                        "timeoutSeconds": 9999 } },
                          { "id": "b", "enabled": true, "cron": "@daily", "task": "log" },
                          { "id": "c", "enabled": true, "cron": "@daily", "task": "log",
                            "params": { "message": "x",
                                        "level": "loud" } },
                          { "id": "d", "enabled": true, "cron": "@daily", "task": "log",
                            "params": "x" },
                          { "id": "e", "enabled": true, "cron": "@daily", "task": "other",
                            "params": { "anything": 99999999999999999999 } } ]
                        """))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith("line 3: schedule 'a': param 'params.header' is unknown")
                                .contains("(did you mean 'headers'?)"),
                        problem -> assertThat(problem)
                                .startsWith("line 2: schedule 'a': param 'method' is 'get'; allowed are [GET"),
                        problem -> assertThat(problem)
                                .startsWith("line 4: schedule 'a': param 'timeoutSeconds' is 9999; allowed are 1 to"),
                        problem -> assertThat(problem).startsWith("line 1: schedule 'a': params: 'url' is missing"),
                        problem -> assertThat(problem).startsWith("line 5: schedule 'b': params: 'message' is missing"),
                        problem -> assertThat(problem).startsWith("line 8: schedule 'c': param 'level' is 'loud'"),
                        problem -> assertThat(problem).startsWith("line 10: schedule 'd': field 'params' is text;"),
                        problem -> assertThat(problem)
                                .startsWith("line 12: schedule 'e'")
                                .contains("java.math.BigInteger"));
    }

    @Test
    void anEditorsByteOrderMarkDoesNoHarm() throws Exception {
        assertThat(ScheduleFile.read(file("\uFEFF[ { \"id\": \"ü\", \"enabled\": true, \"cron\": \"@daily\","
                        + " \"task\": \"other\" } ]")))
                .extracting(document -> document.schedule().id())
                .containsExactly("ü");
    }

    @Test
    void whatIsNotJsonIsToldWithLineAndColumn() throws Exception {
        assertThat(problems("[\n  { \"id\": \"a\", }\n]"))
                .singleElement()
                .asString()
                .startsWith("line 2: not JSON, column");
        assertThat(problems("{}")).singleElement().asString().startsWith("line 1: a JSON array of schedules is wanted");
        assertThat(problems("")).singleElement().asString().startsWith("line 1: a JSON array of schedules is wanted");
        assertThat(problems("[]\n[]")).containsExactly("line 2: nothing may follow the array");
        assertThat(problems("[ 1,\n { \"id\"")).hasSize(2);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> ScheduleFile.read(missing))
                .isInstanceOf(UsageException.class)
                .hasMessage("file " + missing + " does not exist");
        assertThatThrownBy(() -> ScheduleFile.read(folder))
                .isInstanceOf(UsageException.class)
                .hasMessage("file " + folder + " is a directory; allowed is a JSON file");
    }
}
