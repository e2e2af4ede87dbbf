package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heartbeat.engine.BeatRule.Contribution;
import dev.heartbeat.engine.BeatRule.Counts;
import dev.heartbeat.engine.BeatRule.Face;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredHeartbeat;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the store does not take is tried again before it is too old to be shown, and not too often. */
class HeartbeatWriterTest {
    private static final Instant BEAT = Instant.parse("2026-02-15T09:00:00Z");
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(5));

    private final SettableClock clock = new SettableClock(BEAT);
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final HandTimer timer = new HandTimer();
    private final HeartbeatWriter writer =
            new HeartbeatWriter(way(), clock, INTERVAL, timer.pace(), timer, new Log("writer", true));
    private Failing failing = Failing.NOTHING;
    private int writes;

    private enum Failing {
        NOTHING,
        WRITES,
        ANSWERS
    }

    private HeartbeatStore way() {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, arguments) -> {
                    boolean write = method.getName().equals("saveHeartbeat");
                    writes += write ? 1 : 0;
                    if (write && failing == Failing.WRITES) {
                        throw new StoreException("no answer");
                    }
                    try {
                        Object answer = method.invoke(store, arguments);
                        if (write && failing == Failing.ANSWERS) {
                            throw new StoreException("the answer got lost");
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private static Contribution failure(String id) {
        return new Contribution(
                BEAT,
                new Face(BEAT, "pulse-1", "test", 0),
                false,
                new Counts(1, 0, 0, 0),
                List.of(new HeartbeatError(id, "failed", BEAT)));
    }

    private List<String> red() {
        return store.heartbeat(LIMIT)
                .map(StoredHeartbeat::heartbeat)
                .map(record -> record.errors().stream().map(HeartbeatError::id).toList())
                .orElse(List.of());
    }

    private void passes(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
        timer.pass(Duration.ofSeconds(seconds));
    }

    private void pulseInVain(Failing why) {
        failing = why;
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> writer.write(failure("a"), LIMIT));
        failing = Failing.NOTHING;
    }

    /** Half an interval on it would be too old to be shown, and the next pulse is a whole one away. */
    @Test
    void aFailureThatItsPulseCouldNotWriteIsToldFiveSecondsLater() {
        pulseInVain(Failing.WRITES);
        passes(4);
        assertThat(red()).isEmpty();
        passes(1);

        assertThat(red()).containsExactly("a");
    }

    @Test
    void lateNewsThatTheStoreDidNotTakeAreTriedUntilItDoes() {
        failing = Failing.WRITES;
        writer.later(failure("a"));
        passes(14);
        assertThat(writes).as("at seconds 0, 5 and 10").isEqualTo(3);
        failing = Failing.NOTHING;
        passes(1);
        assertThat(red()).containsExactly("a");
        passes(60);

        assertThat(writes).isEqualTo(4);
    }

    @Test
    void whatComesMeanwhileWaitsForNoRetryAndTakesItsPlace() {
        pulseInVain(Failing.WRITES);
        passes(3);
        writer.later(failure("b"));
        passes(0);
        assertThat(red()).containsExactlyInAnyOrder("a", "b");
        passes(60);

        assertThat(writes).isEqualTo(2);
    }

    @Test
    void aWriteWhoseAnswerGotLostIsNotCountedAgain() {
        pulseInVain(Failing.ANSWERS);
        passes(5);

        assertThat(store.heartbeat(LIMIT).orElseThrow().heartbeat().schedulesProcessed())
                .isEqualTo(1);
    }

    @Test
    void nothingIsTriedAfterTheEnd() {
        pulseInVain(Failing.WRITES);
        failing = Failing.WRITES;
        writer.flushQuietly();
        timer.close();
        failing = Failing.NOTHING;
        writer.later(failure("b"));
        passes(60);

        assertThat(red()).isEmpty();
    }
}
