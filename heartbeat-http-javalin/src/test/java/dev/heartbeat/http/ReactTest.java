package dev.heartbeat.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * {@code <heartbeat-indicator>} in a React application, in strict mode, which mounts everything twice, and under the strict
 * content security policy of the host's page.
 */
@EnabledIf(value = "dev.heartbeat.http.Chromium#isWanted", disabledReason = BrowserTest.SKIPPED)
class ReactTest extends SiteTest {
    private static final String APP = """
            () => {
              const { createElement, StrictMode, useState } = require('react');
              const { createRoot } = require('react-dom/client');
              const App = () => {
                const [status, setStatus] = useState('none');
                const [shown, setShown] = useState(true);
                const [minutes, setMinutes] = useState('');
                return createElement('main', null,
                  createElement('output', null, status),
                  createElement('button', { onClick: () => setShown(!shown) }, 'Toggle'),
                  createElement('button', { onClick: () => setMinutes('Alles gut') }, 'Translate'),
                  shown && createElement('heartbeat-indicator', {
                    label: '',
                    texts: minutes ? { alive: minutes } : undefined,
                    'onheartbeat-change': (event) => setStatus(event.detail.status),
                  }));
              };
              createRoot(document.getElementById('root'))
                .render(createElement(StrictMode, null, createElement(App)));
            }
            """;

    private final AtomicInteger polls = new AtomicInteger();

    /** React's own modules are CommonJS, so the page gets as much of that as they need. */
    @BeforeEach
    void openTheApplication() {
        page.onRequest(request -> {
            if (request.url().endsWith("/api/system/health")) {
                polls.incrementAndGet();
            }
        });
        site.beat(Duration.ofMinutes(2), 0);
        show("<div id=\"root\"></div>");
        page.evaluate("() => {"
                + "const process = { env: { NODE_ENV: 'development' } };"
                + "const sources = {"
                + module("react", "react", "react.development.js")
                + module("scheduler", "scheduler", "scheduler.development.js")
                + module("react-dom", "react-dom", "react-dom.development.js")
                + module("react-dom/client", "react-dom", "react-dom-client.development.js")
                + "};"
                + "const made = {};"
                + "window.require = (name) => {"
                + "  if (!made[name]) { made[name] = { exports: {} }; sources[name](made[name], made[name].exports); }"
                + "  return made[name].exports;"
                + "};"
                + "}");
        page.evaluate(APP);
        page.locator("heartbeat-indicator")
                .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
    }

    private static String module(String name, String jar, String file) {
        return "'" + name + "': (module, exports) => {\n" + webJar(jar, "cjs/" + file) + "\n},";
    }

    private Locator press(String name) {
        Locator button = page.getByRole(AriaRole.BUTTON)
                .filter(new Locator.FilterOptions().setHasText(name))
                .first();
        button.click();
        return button;
    }

    @Test
    void itsChangesAreEventsOfTheApplicationAndOneElementPolls() {
        assertThat(page.locator("output")).hasText("alive");
        assertThat(page.locator("heartbeat-indicator")).hasAttribute("status", "alive");
        assertThat(polls)
                .as("strict mode has mounted the effects twice, and the element once")
                .hasValue(1);
    }

    @Test
    void whatIsTakenAwayPollsNoMoreAndWhatComesBackPollsAtOnce() {
        assertThat(page.locator("output")).hasText("alive");

        press("Toggle");
        assertThat(page.locator("heartbeat-indicator")).hasCount(0);
        site.beat(Duration.ofMinutes(20), 0);
        assertThat(polls).hasValue(1);

        press("Toggle");
        assertThat(page.locator("output")).hasText("warning");
        assertThat(polls).hasValue(2);
    }

    @Test
    void textsAreSetAsAProperty() {
        assertThat(page.locator("output")).hasText("alive");

        press("Translate");

        assertThat(page.locator("heartbeat-indicator .label")).hasText("Alles gut");
    }
}
