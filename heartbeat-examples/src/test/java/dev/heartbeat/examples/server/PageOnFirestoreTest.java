package dev.heartbeat.examples.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import dev.heartbeat.firestore.Emulator;
import dev.heartbeat.firestore.NeedsEmulator;
import dev.heartbeat.http.BrowserTest;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The front page over Firestore, on the emulator. */
@NeedsEmulator
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class PageOnFirestoreTest extends QuickServerPage {
    private final String project = Emulator.newProject();

    @AfterEach
    void forget() {
        Emulator.shared().clear(project);
    }

    private Locator schedule(String id) {
        return page.locator("#schedules-table > tbody")
                .filter(new Locator.FilterOptions().setHas(page.locator("[data-schedule='" + id + "']")));
    }

    private void confirm(String action) {
        page.getByRole(AriaRole.DIALOG)
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(action).setExact(true))
                .click();
    }

    @Test
    void whatIsDoneOnThePageIsDoneInFirestoreAndReadFromThere() throws Exception {
        start(
                InstantSource.system(), // what is old by Firestore's own time is not kept
                Map.of(ServerStore.EMULATOR_VARIABLE, Emulator.shared().host()),
                "--store",
                "firestore",
                "--project",
                project,
                "--demo");
        open();
        assertThat(status()).hasText("Status Unknown");
        assertThat(page.locator("#schedules-table > tbody")).hasCount(5);

        button("Pulse now").click();

        assertThat(page.locator("#pulse-outcome"))
                .containsText(Pattern.compile("[1-9] tasks? executed; 1 task failed")); // by the minute
        assertThat(status()).hasText("System Error");
        assertThat(page.locator("#causes")).containsText("this task fails on purpose");
        assertThat(page.locator("#executed-today")).containsText(Pattern.compile("[1-9] \\(today\\)"));
        page.locator(".pulse-button").first().click();
        Locator detail = page.locator(".pulse .detail").first();
        assertThat(detail).containsText("watch-own-health");
        assertThat(detail.locator(".error-text")).hasText("this task fails on purpose");

        button("Run good-morning now").click();
        confirm("Run now");
        Locator note = schedule("good-morning").locator(".note");
        note.getByText("Pulse now").click();
        assertThat(note).containsText("Executed");

        button("Pause say-hello").click();
        confirm("Pause");
        assertThat(schedule("say-hello").locator(".flag")).containsText("Paused by local");
        assertThat(page.locator("#audit-rows")).containsText("local paused say-hello");

        Download csv = page.waitForDownload(
                () -> page.locator(".exports a[href='api/history.csv']").click());
        assertThat(Files.readString(csv.path())).contains(",good-morning,log,", ",fails-on-purpose,");

        page.reload();
        assertThat(schedule("say-hello").locator(".flag")).containsText("Paused by local");
        assertThat(page.locator(".pulse-button")).hasCount(2);
        assertThat(page.locator("#chart .bar")).hasCount(24);
    }
}
