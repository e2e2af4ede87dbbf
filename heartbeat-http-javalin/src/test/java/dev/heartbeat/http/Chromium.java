package dev.heartbeat.http;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real Chromium, driven by the Node on the PATH. It is the one of {@code -Dheartbeat.chromium}, of {@code CHROME_BIN},
 * on the PATH, or where macOS and Windows have it. Where one of the two is missing, tests are skipped, unless {@code
 * -Dheartbeat.ui.required=true} makes that a failure.
 */
public final class Chromium implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome");
    private static final List<String> ELSEWHERE = List.of(
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
            "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe");
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Tells whether browser tests are to run; named by {@code @EnabledIf}. */
    public static boolean isWanted() {
        boolean there = executable().isPresent() && node().isPresent();
        if (!there && !Boolean.getBoolean("heartbeat.ui.required") && !TOLD.getAndSet(true)) {
            System.out.println("Browser tests are skipped: Chromium or Node was not found"
                    + " (-Dheartbeat.chromium names one, node is looked for on the PATH)");
        }
        return there || Boolean.getBoolean("heartbeat.ui.required");
    }

    static Chromium start() {
        Path executable = executable().orElseThrow(() -> new AssertionError("no Chromium was found"));
        Path node = node().orElseThrow(() -> new AssertionError("no node on the PATH"));
        Playwright playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_NODEJS_PATH", node.toString(), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            return new Chromium(
                    playwright,
                    playwright
                            .chromium()
                            .launch(new BrowserType.LaunchOptions()
                                    .setExecutablePath(executable)
                                    .setArgs(flags())));
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    private static List<String> flags() {
        List<String> flags = new ArrayList<>(List.of(
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync"));
        if ("root".equals(System.getProperty("user.name"))) {
            flags.add("--no-sandbox"); // Chromium refuses to start as root with one
        }
        return flags;
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        playwright.close();
    }

    private static Optional<Path> executable() {
        return Stream.of(
                        Stream.of(System.getProperty("heartbeat.chromium"), System.getenv("CHROME_BIN")),
                        NAMES.stream().flatMap(Chromium::onPath),
                        ELSEWHERE.stream())
                .flatMap(each -> each)
                .filter(path -> path != null && !path.isBlank())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> node() {
        return onPath("node").map(Path::of).filter(Files::isExecutable).findFirst();
    }

    private static Stream<String> onPath(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(path)
                .filter(directory -> !directory.isBlank())
                .flatMap(directory -> Stream.of(name, name + ".exe").map(file -> directory + File.separator + file));
    }
}
