package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuilderTest {
    private static final String NOWHERE = "localhost:1";

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b"})
    void aNameOfACollectionHasOnePart(String name) {
        FirestoreHeartbeatStore.Builder builder = FirestoreHeartbeatStore.builder();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.schedulesCollection(name))
                .withMessageContaining("schedulesCollection is '" + name + "'");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.systemCollection(name));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.runsCollection(name));
    }

    @Test
    void aDurationIsAtLeastOneSecond() {
        FirestoreHeartbeatStore.Builder builder = FirestoreHeartbeatStore.builder();
        Duration tooShort = Duration.ofMillis(999);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.reconcileEvery(tooShort))
                .withMessageContaining("PT0.999S");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.callTimeout(tooShort));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.keep(tooShort));
    }

    @Test
    void aClientIsGivenOrOpened() {
        FirestoreOptions.Builder options = FirestoreOptions.newBuilder();
        options.setProjectId("demo-none");
        options.setEmulatorHost(NOWHERE);
        Firestore client = options.build().getService();
        FirestoreHeartbeatStore.Builder both =
                FirestoreHeartbeatStore.builder().client(client).project("other");

        assertThatIllegalArgumentException().isThrownBy(both::build).withMessageContaining("set either");
        client.shutdownNow();
    }

    @Test
    void aScanAsksATickerForMinutesBetweenFinds() {
        assertThat(withMode(FindMode.SCAN)).isEqualTo(Duration.ofMinutes(1));
        assertThat(withMode(FindMode.INDEXED)).isZero();
    }

    private static Duration withMode(FindMode mode) {
        try (FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
                .project("demo-none")
                .emulator(NOWHERE)
                .mode(mode)
                .build()) {
            return store.wakeGap();
        }
    }
}
