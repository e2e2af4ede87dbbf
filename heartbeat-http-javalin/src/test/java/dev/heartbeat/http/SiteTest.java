package dev.heartbeat.http;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** A host's own site in a real Chromium, with the indicator on it. */
@Tag("page")
abstract class SiteTest extends BrowserTest {
    Site site;

    @BeforeEach
    void openSite() {
        site = new Site();
    }

    @AfterEach
    void closeSite() {
        site.close();
    }

    /** Opens the host's page with this in its body. */
    void show(String markup) {
        site.body(markup);
        page.navigate(site.url("/dashboard"));
    }
}
