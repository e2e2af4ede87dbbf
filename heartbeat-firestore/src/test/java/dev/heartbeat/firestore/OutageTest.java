package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.QuerySnapshot;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The server stands still, is killed, comes back empty, or cannot be reached from some call on. */
@NeedsEmulator
@Timeout(180)
class OutageTest {
    /** Held, so that it stays silent: each pulse that is cut off would log a stack trace. */
    private static final Logger LOG = Logger.getLogger("dev.heartbeat");

    private static final CallLimit SHORT = CallLimit.of(Duration.ofSeconds(1));
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration STILL = Duration.ofSeconds(20);

    @BeforeAll
    static void silence() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void unsilence() {
        LOG.setLevel(null);
    }

    /** A read of the client's own may take five minutes, far longer than this test. */
    @Test
    @NeedsEmulator(ownProcess = true)
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signal there makes a process stand still")
    void callsToAServerThatStandsStillEndWithinTheirLimitAndWorkAgainAfterwards() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            Firestore client = emulator.client(Emulator.newProject());
            FirestoreHeartbeatStore store =
                    FirestoreHeartbeatStore.builder().client(client).build();
            ClaimRequest claimed = Due.claimed(store, "mail");
            ClaimRequest unanswered = Due.request(store, "news");
            Version version = Version.NONE;

            signal(emulator, "STOP");
            assertUnanswered(() -> Due.find(store, SHORT), "read all schedules");
            assertUnanswered(() -> store.claim(List.of(unanswered), SHORT), "claim 1 schedules");
            assertUnanswered(() -> store.renew(List.of(Renewal.of(claimed.token())), LEASE, SHORT), "renew 1 claims");
            assertUnanswered(() -> store.record(List.of(Due.executed(claimed)), SHORT), "record 1 runs");
            assertUnanswered(() -> store.saveHeartbeat(Due.heartbeat(1), version, SHORT), "write the heartbeat record");
            signal(emulator, "CONT");

            assertThat(store.record(List.of(Due.executed(claimed)), Due.LIMIT)).isEmpty();
            assertThat(store.runs(RunQuery.of("mail", 10)).items()).hasSize(1);
            boolean inForce = store.claimByToken(unanswered.token(), Due.LIMIT).isPresent();
            assertThat(store.release(List.of(unanswered.token()), Due.LIMIT)).hasSize(inForce ? 1 : 0);
            assertThat(Due.dueIds(store)).contains("news");
            client.shutdownNow();
        }
    }

    /** The claims are on their way when it stops, so that it may take them when it goes on, and nobody waits for them. */
    @Test
    @NeedsEmulator(ownProcess = true)
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signal there makes a process stand still")
    void aServerThatStandsStillForTwentySecondsCostsPulsesAndNoFire() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            Wire wire = new Wire();
            Firestore client = wire.client(emulator, Emulator.newProject());
            FirestoreHeartbeatStore store =
                    FirestoreHeartbeatStore.builder().client(client).build();
            ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
            Heartbeat heartbeat = Heartbeat.builder(store)
                    .lease(LEASE)
                    .budget(Duration.ofSeconds(4))
                    .task("send-mail", context -> {
                        ran.add(context.scheduleId());
                        return TaskResult.done();
                    })
                    .build();
            List<String> ids = IntStream.range(0, 20).mapToObj(i -> "s-" + i).toList();
            ids.forEach(id -> Due.request(store, id));

            wire.beforeNextCommit(() -> signal(emulator, "STOP"));
            int pulses = 0;
            for (long begin = System.nanoTime(); System.nanoTime() - begin < STILL.toNanos(); pulses++) {
                pulseInVain(heartbeat);
            }
            assertThat(ran).as("without an answer to its claim none may run").isEmpty();
            assertThat(pulses).as("none waited until it went on").isGreaterThan(1);
            signal(emulator, "CONT");

            assertNoneIsHeldForLongerThanALease(answered(() -> snapshot(client)));
            do {
                answered(heartbeat::pulse);
            } while (ran.size() < ids.size()); // again for claims that it took so late that they are still held
            assertThat(ran).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(store.runs(RunQuery.newest(100)).items())
                    .extracting(RunRecord::scheduleId)
                    .containsExactlyInAnyOrderElementsOf(ids);
            heartbeat.close();
            client.shutdownNow();
        }
    }

    private static void pulseInVain(Heartbeat heartbeat) {
        try {
            heartbeat.pulse();
        } catch (StoreException e) {
            // given up in time
        }
    }

    private static QuerySnapshot snapshot(Firestore client) {
        try {
            return client.collection("schedules").get().get(5, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StoreException("read the schedules", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertNoneIsHeldForLongerThanALease(QuerySnapshot schedules) {
        Instant latest = Neutral.instant(schedules.getReadTime()).plus(LEASE);
        assertThat(schedules.getDocuments()).isNotEmpty().allSatisfy(each -> {
            Timestamp until = each.getTimestamp("heartbeat.pending.until");
            assertThat(until == null ? Instant.MIN : Neutral.instant(until)).isBeforeOrEqualTo(latest);
        });
    }

    /** As a cold process needs for its first scan on a busy machine. */
    @Test
    @NeedsEmulator(ownProcess = true)
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signal there makes a process stand still")
    void anAnswerThatTakesSomeSecondsIsWaitedForWithinTheLimit() throws Exception {
        try (Emulator emulator = Emulator.start()) {
            FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
                    .project(Emulator.newProject())
                    .emulator(emulator.host())
                    .build();
            Due.request(store, "mail");

            signal(emulator, "STOP");
            CompletableFuture<List<String>> due = CompletableFuture.supplyAsync(() -> Due.dueIds(store));
            assertThat(new CountDownLatch(1).await(7, TimeUnit.SECONDS)).isFalse();
            signal(emulator, "CONT");

            assertThat(due.get()).containsExactly("mail");
            store.close();
        }
    }

    @Test
    @NeedsEmulator(ownProcess = true)
    void aServerThatIsKilledIsAnErrorAndOneThatComesBackEmptyIsAnEmptyStore() {
        int port = Emulator.freePort();
        FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
                .project(Emulator.newProject())
                .emulator("127.0.0.1:" + port)
                .build();
        ClaimRequest claimed;
        ClaimRequest unclaimed;
        try (Emulator emulator = Emulator.startAt(port).orElseThrow()) {
            assertThat(emulator.port()).isEqualTo(port);
            claimed = Due.claimed(store, "mail");
            unclaimed = Due.request(store, "news");
            assertThat(store.saveHeartbeat(Due.heartbeat(1), Version.NONE, Due.LIMIT))
                    .isTrue();
        }

        assertThatThrownBy(() -> Due.find(store, CallLimit.of(Duration.ofSeconds(5))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("schedules");

        try (Emulator emulator = Emulator.startAt(port).orElseThrow()) {
            assertThat(emulator.port()).isEqualTo(port);
            assertThat(answered(() -> Due.dueIds(store))).isEmpty();
            assertThat(store.heartbeat(Due.LIMIT)).isEmpty();
            assertThat(store.claim(List.of(unclaimed), Due.LIMIT)).isEmpty();
            assertThat(store.renew(List.of(Renewal.of(claimed.token())), LEASE, Due.LIMIT))
                    .isEmpty();
            assertThat(store.record(List.of(Due.executed(claimed)), Due.LIMIT)).isEmpty();
            assertThat(store.schedule("mail")).as("it is not made again").isEmpty();
            assertThat(store.runs(RunQuery.of("mail", 10)).items()).hasSize(1);
        }
        store.close();
    }

    @Test
    void aPulseThatIsCutOffAtAnyCallLeavesNothingThatALeaseDoesNotMend() {
        List<Cut> cuts = new ArrayList<>();
        int calls = callsOfAWholePulse();
        for (int after = 0; after < calls; after++) {
            cuts.add(new Cut(after));
        }
        cuts.forEach(Cut::pulseUntilCut);
        waitForTheLeases();

        cuts.forEach(Cut::pulseAgain);

        assertThat(calls).isGreaterThan(4);
        cuts.forEach(Cut::assertEachFireEndedOnce);
        cuts.forEach(Cut::close);
    }

    private static int callsOfAWholePulse() {
        Cut whole = new Cut(Integer.MAX_VALUE - 1);
        whole.pulseUntilCut();
        int calls = whole.wire.calls();
        whole.assertEachFireEndedOnce();
        whole.close();
        return calls;
    }

    private static void waitForTheLeases() {
        try {
            assertThat(new CountDownLatch(1).await(LEASE.plusMillis(500).toMillis(), TimeUnit.MILLISECONDS))
                    .isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A project with two due schedules, and a heartbeat that loses the server after so many calls. */
    private static final class Cut {
        private final int after;
        private final TestProject project = new TestProject();
        private final Wire wire = new Wire();
        private final Firestore client = wire.client(Emulator.shared(), project.name());
        private final FirestoreHeartbeatStore store =
                FirestoreHeartbeatStore.builder().client(client).build();
        private final Heartbeat heartbeat = Heartbeat.builder(store)
                .lease(LEASE)
                .budget(Duration.ofSeconds(10))
                .task("send-mail", context -> TaskResult.of(Map.of("sent", 1)))
                .build();

        Cut(int after) {
            this.after = after;
            Due.request(store, "mail");
            Due.request(store, "news");
        }

        void pulseUntilCut() {
            wire.cutAfter(after);
            try {
                heartbeat.pulse();
            } catch (StoreException e) {
                assertThat(e.getMessage()).as("after %s calls", after).contains("UNAVAILABLE");
            }
        }

        void pulseAgain() {
            wire.mend();
            for (int i = 0; i < 3; i++) {
                heartbeat.pulse();
            }
        }

        void assertEachFireEndedOnce() {
            // whoever was cut off for longer than the lease may come too late; the note of its answer ends nothing
            List<RunRecord> ledger = store.runs(RunQuery.newest(10)).items().stream()
                    .filter(entry -> !RunRecord.FENCED.equals(entry.reason()))
                    .toList();
            assertThat(ledger)
                    .as("after %s calls", after)
                    .extracting(RunRecord::scheduleId)
                    .containsExactlyInAnyOrder("mail", "news");
            assertThat(ledger).extracting(RunRecord::outcome).containsOnly(Outcome.EXECUTED);
        }

        void close() {
            heartbeat.close();
            client.shutdown();
            project.close();
        }
    }

    /** A client notices in its own time that a server is back; until then its calls fail. */
    private static <T> T answered(Supplier<T> call) {
        for (int tries = 0; tries < 20; tries++) {
            try {
                return call.get();
            } catch (StoreException e) {
                // the next one, as the next pulse would
            }
        }
        return call.get();
    }

    private static void assertUnanswered(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String what) {
        assertThatThrownBy(call)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("did not answer within 1000 ms");
    }

    private static void signal(Emulator emulator, String signal) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(emulator.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
