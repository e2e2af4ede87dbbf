package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.firestore.FirestoreHeartbeatStore;
import dev.heartbeat.http.HttpSettings;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.StoreException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What is opened; no server is asked here. */
class ServerStoreTest {
    private static ServerStore open(String emulator, String... args) throws UsageException {
        return ServerStore.open(
                ServerOptions.parse(List.of(args)),
                Map.of("FIRESTORE_EMULATOR_HOST", emulator),
                InstantSource.system());
    }

    @Test
    void theStoreIsTheOneThatTheCommandLineNames() throws Exception {
        try (ServerStore memory = open("localhost:1");
                ServerStore firestore = open("localhost:1", "--store", "firestore", "--project", "demo-p")) {
            assertThat(memory.store()).isInstanceOf(InMemoryHeartbeatStore.class);
            assertThat(memory.name()).isEqualTo("memory");
            assertThat(firestore.store()).isInstanceOf(FirestoreHeartbeatStore.class);
            assertThat(firestore.name()).isEqualTo("Firestore, project demo-p, emulator at localhost:1");
        }
    }

    @Test
    void theClientIsClosedWithTheServer() throws Exception {
        ServerStore firestore = open("localhost:1", "--store=firestore", "--project=demo-p");

        firestore.close();

        assertThatThrownBy(() -> firestore.store().schedule("any"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the Firestore client does not work any more");
    }

    @Test
    void theStoreIsClosedIfNoServerCanBeOpenedOverIt() {
        AtomicBoolean closed = new AtomicBoolean();
        ServerStore store = new ServerStore(new InMemoryHeartbeatStore(), "memory", () -> closed.set(true));
        ServerOptions tooOften = new ServerOptions(
                0,
                "127.0.0.1",
                null,
                ServerOptions.Store.MEMORY,
                null,
                Duration.ofMillis(1),
                null,
                Duration.ofSeconds(60),
                false,
                false,
                null,
                List.of(),
                false,
                false);

        InstantSource clock = InstantSource.system();
        ServerConsole console = new ServerConsole(new PrintStream(OutputStream.nullOutputStream()), clock);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuickServer.open(
                        store, tooOften, HttpSettings.withSecrets("a-secret-of-the-test"), console, clock))
                .withMessageContaining("interval");

        assertThat(closed).isTrue();
    }

    @Test
    void aProjectOrAnAddressThatCannotBeOneIsWrongUsage() {
        assertThatThrownBy(() -> open("localhost:1", "--store=firestore", "--project=a/b"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("project is 'a/b'");
        assertThatThrownBy(() -> open("", "--store=firestore", "--project=demo-p"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("emulator is ''");
    }
}
