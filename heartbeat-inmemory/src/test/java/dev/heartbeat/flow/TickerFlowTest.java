package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The resident ticker on the real clock; waits are for events, never for time. */
class TickerFlowTest {
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
    private final Probe probe = new Probe(store);
    private final ConcurrentLinkedQueue<Pulse> pulses = new ConcurrentLinkedQueue<>();
    private Heartbeat heartbeat;

    @AfterEach
    void close() {
        heartbeat.close();
    }

    private Heartbeat start(CountDownLatch firstPulse, CountDownLatch runs) {
        heartbeat = Heartbeat.builder(probe.store())
                .name("resident")
                .task("work", context -> {
                    runs.countDown();
                    return TaskResult.done();
                })
                .listener(new PulseListener() {
                    @Override
                    public void pulseEnded(Pulse pulse) {
                        pulses.add(pulse);
                        firstPulse.countDown();
                    }
                })
                .build();
        heartbeat.start();
        return heartbeat;
    }

    @Test
    void itPulsesAtOnceWakesForWhatIsDefinedAndForWhatFallsDue() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(3);
        start(first, runs);
        await(first);
        assertThat(heartbeat.started()).isTrue();
        assertThat(heartbeat.health().healthy()).isTrue();

        heartbeat
                .schedules()
                .define(Schedule.builder("every", "@every PT1S", "work").build());
        await(runs);

        assertThat(pulses).extracting(Pulse::source).containsOnly("ticker");
        assertThat(store.snapshot().runs()).extracting(run -> run.fireTime()).doesNotHaveDuplicates();
        heartbeat.stop();
        assertThat(heartbeat.started()).isFalse();
    }

    @Test
    void aForcedRunWakesItAtOnce() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(1);
        start(first, runs);
        await(first);
        heartbeat.schedules().define(Schedule.builder("a", "0 0 1 1 *", "work").build());
        heartbeat.schedules().runNow("a", Audit.by("ann", ""));

        await(runs);
    }

    /** Rule B19: what stays due waits for the beat; the ticker does not spin on it. */
    @Test
    void whatStaysDueDoesNotSpinIt() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(3);
        start(first, runs);
        await(first);
        for (int i = 0; i < 20; i++) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("u" + i, "0 0 1 1 *", "nobody")
                            .runAtFirstPulse()
                            .build());
        }
        heartbeat
                .schedules()
                .define(Schedule.builder("every", "@every PT1S", "work").build());
        await(runs);

        assertThat(probe.calls("findDue"))
                .as("a find for the start, at most one for each of 21 definitions, and a few for three fires")
                .isLessThan(60);
    }

    /** Rule B43: a wake writes the heartbeat only if it ran something, and at most once a second. */
    @Test
    void manyWakesInASecondWriteTheHeartbeatSeldom() throws Exception {
        int many = 200;
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(many);
        start(first, runs);
        await(first);
        int before = probe.calls("saveHeartbeat");
        Instant begin = Instant.now();
        for (int i = 0; i < many; i++) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("a" + i, "0 0 1 1 *", "work")
                            .runAtFirstPulse()
                            .build());
        }
        await(runs);
        long seconds = Duration.between(begin, Instant.now()).toSeconds();

        assertThat(probe.calls("saveHeartbeat") - before).isLessThanOrEqualTo((int) seconds + 2);
    }

    /** A store that fails at the first pulse does not end the ticker. */
    @Test
    void itGoesOnAfterAPulseThatFailed() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(1);
        probe.once("findDue", call -> {
            failed.countDown();
            throw new StoreException("not yet");
        });
        start(new CountDownLatch(1), runs);
        await(failed);
        heartbeat
                .schedules()
                .define(Schedule.builder("a", "0 0 1 1 *", "work")
                        .runAtFirstPulse()
                        .build());

        await(runs);
    }

    @Test
    void startingTwiceIsStartingOnce() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        start(first, new CountDownLatch(0));
        heartbeat.start();
        await(first);

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .filteredOn(name -> name.startsWith("resident-ticker-"))
                .as("one thread, of this start alone")
                .hasSize(1);
    }
}
