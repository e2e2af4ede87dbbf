package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StateStore;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Small state documents: read in one call, changed from anywhere, written in one call, lost to nobody. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StateBoardTest {
    private static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(5));
    private static final StateKey A = new StateKey("test", "a");
    private static final StateKey B = new StateKey("test", "b");

    private final InMemoryHeartbeatStore store =
            new InMemoryHeartbeatStore(new SettableClock(Instant.parse("2026-02-15T08:00:00Z")));
    private final Timer timer = Pace.SYSTEM.timer("board-test-", 1);
    private final Calls calls = new Calls();
    private final StateBoard board = board(calls);

    @AfterEach
    void close() {
        timer.close();
    }

    private StateBoard board(StateStore way) {
        return new StateBoard(way, Pace.SYSTEM, timer, new Log("test", true));
    }

    /** A way to the store that counts, and lets something happen before or after a write. */
    private final class Calls implements StateStore {
        private final List<Integer> reads = new ArrayList<>();
        private final List<Integer> writes = new ArrayList<>();
        private Runnable beforeWrite = () -> {};
        private Runnable afterWrite = () -> {};

        @Override
        public List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
            reads.add(keys.size());
            return store.read(keys, limit);
        }

        @Override
        public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
            writes.add(cells.size());
            beforeWrite.run();
            List<StateKey> lost = store.compareAndSet(cells, limit);
            afterWrite.run();
            return lost;
        }
    }

    private static UnaryOperator<Map<String, Object>> add(int more) {
        return value -> Map.of("n", count(value) + more);
    }

    private static long count(Map<String, Object> value) {
        return (Long) value.getOrDefault("n", 0L);
    }

    private long stored(StateKey key) {
        return store.read(List.of(key), LIMIT).stream()
                .mapToLong(cell -> count(cell.value()))
                .sum();
    }

    /** Somebody else's write, as it comes. */
    private void elsewhere(StateKey key, int more) {
        StateBoard other = board(store);
        other.change(key, add(more));
        other.save(LIMIT);
    }

    @Test
    void readsAndWritesAreOneCallEachForAllCells() {
        elsewhere(A, 1);
        board.read(List.of(A, B), LIMIT);
        assertThat(board.value(A)).isEqualTo(Map.of("n", 1L));
        assertThat(board.value(B)).isEmpty();
        board.change(A, add(1));
        board.change(A, add(1));
        board.change(B, add(5));
        board.save(LIMIT);

        assertThat(stored(A)).isEqualTo(3);
        assertThat(stored(B)).isEqualTo(5);
        assertThat(calls.reads).containsExactly(2);
        assertThat(calls.writes).containsExactly(2);
    }

    @Test
    void nothingIsCalledWhenNoCellIsNeededOrNothingHasChanged() {
        board.read(List.of(), LIMIT);
        board.save(LIMIT);
        assertThat(calls.reads).isEmpty();
        board.read(List.of(A), LIMIT);
        board.change(A, value -> value);
        board.save(LIMIT);
        board.save(LIMIT);

        assertThat(calls.reads).containsExactly(1);
        assertThat(calls.writes).isEmpty();
        assertThat(store.read(List.of(A), LIMIT)).isEmpty();
    }

    @Test
    void aChangeIsSeenHereBeforeItIsWritten() {
        board.read(List.of(A), LIMIT);
        board.change(A, add(2));

        assertThat(board.value(A)).isEqualTo(Map.of("n", 2L));
        assertThat(stored(A)).isZero();
    }

    @Test
    void aChangeThatWasLostIsMadeAgainOnWhatTheOtherWrote() {
        board.read(List.of(A, B), LIMIT);
        board.change(A, add(1));
        board.change(B, add(1));
        calls.beforeWrite = () -> {
            calls.beforeWrite = () -> {};
            elsewhere(A, 10);
        };
        board.save(LIMIT);

        assertThat(stored(A)).isEqualTo(11);
        assertThat(stored(B)).isEqualTo(1);
        assertThat(calls.writes).as("the second time only what was lost").containsExactly(2, 1);
        assertThat(board.value(A)).isEqualTo(Map.of("n", 11L));
    }

    @Test
    void aCellThatChangesUnderEachTryIsLeftToTheNextSave() {
        board.read(List.of(A), LIMIT);
        board.change(A, add(1));
        calls.beforeWrite = () -> elsewhere(A, 10);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> board.save(LIMIT))
                .withMessageContaining("test")
                .withMessageContaining("10 tries");
        calls.beforeWrite = () -> {};
        board.save(LIMIT);

        assertThat(stored(A)).isEqualTo(101);
    }

    @Test
    void whatTheStoreDidNotTakeIsKeptForTheNextSave() {
        board.read(List.of(A), LIMIT);
        board.change(A, add(1));
        calls.beforeWrite = StateBoardTest::failOnce;
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> board.save(LIMIT));
        calls.beforeWrite = () -> {};
        board.change(A, add(1));
        board.read(List.of(B), LIMIT);
        board.save(LIMIT);

        assertThat(stored(A)).isEqualTo(2);
    }

    private static void failOnce() {
        throw new StoreException("no answer");
    }

    @Test
    void aWriteWhoseAnswerGotLostIsNotCountedTwice() {
        board.read(List.of(A), LIMIT);
        board.change(A, add(1));
        calls.afterWrite = StateBoardTest::failOnce;
        assertThatExceptionOfType(StoreException.class).isThrownBy(() -> board.save(LIMIT));
        calls.afterWrite = () -> {};
        board.change(A, add(1));
        board.save(LIMIT);

        assertThat(stored(A)).isEqualTo(2);
    }

    @Test
    void aChangeDuringAWriteIsTheNextSaves() {
        board.read(List.of(A), LIMIT);
        board.change(A, add(1));
        calls.afterWrite = () -> {
            calls.afterWrite = () -> {};
            board.change(A, add(10));
        };
        board.save(LIMIT);
        assertThat(stored(A)).isEqualTo(1);
        assertThat(board.value(A)).isEqualTo(Map.of("n", 11L));
        board.save(LIMIT);

        assertThat(stored(A)).isEqualTo(11);
    }

    @Test
    void aCellThatWasNeverReadIsReadBeforeItIsWritten() {
        elsewhere(A, 4);
        board.change(A, add(1));
        board.save(LIMIT);

        assertThat(stored(A)).isEqualTo(5);
    }

    @Test
    void whatAnEarlierPulseReadIsForgotten() {
        elsewhere(A, 1);
        board.read(List.of(A), LIMIT);
        board.read(List.of(B), LIMIT);

        assertThat(board.value(A)).isEmpty();
    }

    @Test
    void aChangeThatThrowsHarmsNoOther() {
        board.change(A, add(1));
        board.change(A, value -> {
            throw new ClassCastException("somebody has put text where a number belongs");
        });
        board.change(A, value -> Map.of("n", new Object()));
        board.change(A, add(1));
        board.save(LIMIT);

        assertThat(stored(A)).isEqualTo(2);
    }

    @Test
    void aLateChangeIsSavedSoon() throws Exception {
        CountDownLatch written = new CountDownLatch(2);
        calls.afterWrite = written::countDown;
        board.change(A, add(1));
        board.saveSoon();
        board.saveSoon();
        while (written.getCount() > 1) {
            Thread.onSpinWait();
        }
        board.change(A, add(1));
        board.saveSoon();

        assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
        while (!board.value(A).equals(Map.of("n", 2L)) || stored(A) < 2) {
            Thread.onSpinWait();
        }
    }

    /** A circuit that opens after its pulse has answered holds others back, although the store did not take it at first. */
    @Test
    void aLateChangeThatTheStoreDidNotTakeIsSavedFiveSecondsLater() {
        HandTimer hand = new HandTimer();
        StateBoard own = new StateBoard(calls, hand.pace(), hand, new Log("test", true));
        own.change(A, add(1));
        calls.beforeWrite = StateBoardTest::failOnce;
        own.saveSoon();
        hand.pass(Duration.ofSeconds(4));
        calls.beforeWrite = () -> {};
        assertThat(calls.writes).hasSize(1);
        assertThat(stored(A)).isZero();
        hand.pass(Duration.ofSeconds(1));

        assertThat(stored(A)).isEqualTo(1);
        hand.pass(Duration.ofMinutes(1));
        assertThat(calls.writes).hasSize(2);
    }

    @Test
    void anExpectedVersionIsNeverGuessed() {
        board.read(List.of(A), LIMIT);
        board.change(A, add(1));
        board.save(LIMIT);
        board.change(A, add(1));
        board.save(LIMIT);

        assertThat(calls.reads).as("its version after the write is read").containsExactly(1, 1);
        assertThat(store.read(List.of(A), LIMIT))
                .noneMatch(cell -> cell.version().equals(Version.NONE));
        assertThat(stored(A)).isEqualTo(2);
    }

    /** Whatever is lost to others or fails: each change is in the end made once. */
    @Test
    void noChangeIsLostOrMadeTwiceOverManyBoardsThreadsAndFailures() throws Exception {
        long seed = Long.getLong("heartbeat.seed", System.nanoTime());
        Random plan = new Random(seed);
        int each = 300;
        List<StateBoard> boards = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("x", "y", "z")) {
            StateBoard own = board(new Flaky(new Random(plan.nextLong())));
            boards.add(own);
            for (int t = 0; t < 2; t++) {
                Random random = new Random(plan.nextLong());
                threads.add(new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        StateKey key = random.nextBoolean() ? A : B;
                        own.change(key, value -> {
                            Map<String, Object> more = new HashMap<>(value);
                            more.merge(name, 1L, (a, b) -> (Long) a + (Long) b);
                            return more;
                        });
                        if (random.nextInt(4) == 0) {
                            own.saveQuietly(LIMIT);
                        }
                        if (random.nextInt(10) == 0) {
                            readQuietly(own, random.nextBoolean() ? List.of(A, B) : List.of());
                        }
                    }
                }));
            }
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        for (StateBoard own : boards) {
            for (int i = 0; i < 1_000; i++) { // among so many, some will have no failure
                own.saveQuietly(LIMIT);
            }
        }
        Map<String, Long> sums = new HashMap<>();
        store.read(List.of(A, B), LIMIT)
                .forEach(cell -> cell.value().forEach((name, n) -> sums.merge(name, (Long) n, Long::sum)));

        assertThat(sums)
                .as("-Dheartbeat.seed=%s", seed)
                .isEqualTo(Map.of("x", 2L * each, "y", 2L * each, "z", 2L * each));
    }

    private static void readQuietly(StateBoard board, List<StateKey> keys) {
        try {
            board.read(keys, LIMIT);
        } catch (StoreException e) {
            // what was read before stays
        }
    }

    /** Fails now and then, before the work. */
    private final class Flaky implements StateStore {
        private final Random random;

        Flaky(Random random) {
            this.random = random;
        }

        private synchronized boolean fails() {
            return random.nextInt(8) == 0;
        }

        @Override
        public List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
            if (fails()) {
                failOnce();
            }
            return store.read(keys, limit);
        }

        @Override
        public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
            if (fails()) {
                failOnce();
            }
            return store.compareAndSet(cells, limit);
        }
    }
}
