package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerOptionsTest {
    @Test
    void everyOptionIsReadWithASpaceOrAnEqualsSign() throws UsageException {
        ServerOptions options = ServerOptions.parse(List.of(
                "--port",
                "0",
                "--host=localhost",
                "--schedules",
                "a/b.json",
                "--store",
                "firestore",
                "--project=my-project",
                "--interval=PT5M",
                "--stale-after",
                "PT9M",
                "--budget",
                "PT30S",
                "--no-ticker",
                "--admin-secret",
                "a secret of an admin",
                "--allowed-host",
                "ops.example.com",
                "--allowed-host=ops",
                "--https",
                "--demo"));

        assertThat(options)
                .isEqualTo(new ServerOptions(
                        0,
                        "localhost",
                        Path.of("a/b.json"),
                        ServerOptions.Store.FIRESTORE,
                        "my-project",
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(9),
                        Duration.ofSeconds(30),
                        false,
                        true,
                        "a secret of an admin",
                        List.of("ops.example.com", "ops"),
                        true,
                        false));
    }

    @Test
    void withoutOptionsThePlaybooksDefaultsHold() throws UsageException {
        ServerOptions options = ServerOptions.parse(List.of());

        assertThat(options.port()).isEqualTo(8080);
        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.store()).isEqualTo(ServerOptions.Store.MEMORY);
        assertThat(options.interval()).isEqualTo(Duration.ofMinutes(10));
        assertThat(options.budget()).isEqualTo(Duration.ofSeconds(60));
        assertThat(options.ticker()).isTrue();
        assertThat(options.https()).isFalse();
    }

    @Test
    void aWrongOptionIsNamedWithWhatIsAllowed() {
        refused(List.of("--prot", "1"), "unknown option '--prot' (did you mean --port?)");
        refused(List.of("serve"), "unknown option 'serve'; allowed are --port");
        refused(List.of("--port"), "option --port needs a value");
        refused(List.of("--port", "--demo"), "option --port needs a value");
        refused(List.of("--port", "65536"), "option --port: '65536' is not allowed; 0 to 65535");
        refused(List.of("--port", "http"), "option --port: 'http' is not allowed");
        refused(List.of("--store", "redis"), "option --store: 'redis' is not allowed; memory or firestore");
        refused(List.of("--project", "p"), "option --project: is for --store firestore alone");
        refused(List.of("--interval", "10m"), "option --interval: '10m' is not allowed; a duration from PT1S to P1D");
        refused(List.of("--interval", "PT0S"), "option --interval: 'PT0S'");
        refused(List.of("--budget", "PT2H"), "option --budget: 'PT2H' is not allowed; a duration from PT0.1S to PT1H");
        refused(List.of("--stale-after", "x"), "option --stale-after: 'x'");
        refused(List.of("--demo=yes"), "option --demo: 'yes' is not allowed; it takes no value");
        refused(List.of("--schedules="), "option --schedules: '' is not allowed; the path of a file");
        refused(List.of("--port="), "option --port: '' is not allowed");
        refused(List.of("--zzz"), "unknown option '--zzz'; allowed are");
    }

    private static void refused(List<String> args, String message) {
        assertThatThrownBy(() -> ServerOptions.parse(args))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }
}
