package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthCacheTest {
    private final SettableClock clock = new SettableClock(Given.NOON);
    private final AtomicInteger reads = new AtomicInteger();
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        go.countDown();
        callers.shutdownNow();
    }

    /** The first read waits until the test says so; the n-th is dated n seconds after noon. */
    private HealthCache cache(PulseStatus status, Duration life) {
        return new HealthCache(
                Given.broken(() -> {
                    int read = reads.incrementAndGet();
                    if (read == 1) {
                        reading.countDown();
                        go.await();
                    }
                    return new Health(status, List.of(), Optional.empty(), true, Given.NOON.plusSeconds(read));
                }),
                life,
                clock);
    }

    private static int read(Health health) {
        return (int) Duration.between(Given.NOON, health.at()).toSeconds();
    }

    @Test
    void anAnswerIsKeptForItsLifeButNotOverASetBackOfTheClock() {
        go.countDown();
        HealthCache cache = cache(PulseStatus.ALIVE, Duration.ofSeconds(5));

        assertThat(read(cache.health())).isEqualTo(1);
        clock.advance(Duration.ofMillis(4_999));
        assertThat(read(cache.health())).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(read(cache.health())).isEqualTo(2);
        clock.set(Given.NOON.minus(Duration.ofHours(1)));
        assertThat(read(cache.health())).isEqualTo(3);
    }

    @Test
    void anAnswerReadWhileATickWentOnIsNotKept() throws Exception {
        HealthCache cache = cache(PulseStatus.ALIVE, Duration.ofSeconds(5));
        Future<Health> old = callers.submit(cache::health);
        assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();

        cache.drop();
        go.countDown();

        assertThat(read(old.get(20, TimeUnit.SECONDS))).isEqualTo(1);
        assertThat(read(cache.health())).isEqualTo(2);
    }

    @Test
    void manyViewersAtOnceCostOneRead() throws Exception {
        HealthCache cache = cache(PulseStatus.ALIVE, Duration.ofSeconds(5));
        List<Future<Health>> viewers = new ArrayList<>();
        viewers.add(callers.submit(cache::health));
        assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
        CountDownLatch asking = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            viewers.add(callers.submit(() -> {
                asking.countDown();
                return cache.health();
            }));
        }
        assertThat(asking.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(reads).as("while one reads, nobody else does").hasValue(1);
        go.countDown();

        for (Future<Health> viewer : viewers) {
            assertThat(read(viewer.get(20, TimeUnit.SECONDS))).isEqualTo(1);
        }
        assertThat(reads).hasValue(1);
    }

    /** A monitor that comes after a long silence must not be told what was true before it. */
    @Test
    void anOldAnswerIsNotGivenToThoseWhoComeWhileANewOneIsRead() throws Exception {
        AtomicInteger number = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        HealthCache cache = new HealthCache(
                Given.broken(() -> {
                    int read = number.incrementAndGet();
                    if (read == 2) {
                        second.countDown();
                        go.await();
                    }
                    return new Health(
                            PulseStatus.ALIVE, List.of(), Optional.empty(), true, Given.NOON.plusSeconds(read));
                }),
                Duration.ofSeconds(5),
                clock);
        cache.health();
        clock.advance(Duration.ofMillis(9_999));
        Future<Health> reader = callers.submit(cache::health);
        assertThat(second.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(read(cache.health())).as("young enough").isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        FutureTask<Health> viewer = new FutureTask<>(cache::health);
        Thread asking = new Thread(viewer, "viewer");
        asking.start();
        assertThat(endsOrWaits(asking)).as("it waits for the new one").isEqualTo(Thread.State.WAITING);
        go.countDown();

        assertThat(read(reader.get(20, TimeUnit.SECONDS))).isEqualTo(2);
        assertThat(read(viewer.get(20, TimeUnit.SECONDS))).isEqualTo(2);
    }

    /** Returns the state of a thread that has got as far as it can. */
    private static Thread.State endsOrWaits(Thread thread) {
        Thread.State state = thread.getState();
        while (state != Thread.State.WAITING && state != Thread.State.TERMINATED) {
            Thread.onSpinWait();
            state = thread.getState();
        }
        return state;
    }

    @Test
    void unknownIsNotKept() {
        go.countDown();
        HealthCache cache = cache(PulseStatus.UNKNOWN, Duration.ofSeconds(5));

        assertThat(read(cache.health())).isEqualTo(1);
        assertThat(read(cache.health())).isEqualTo(2);
    }

    @Test
    void withoutALifeEveryRequestReads() {
        go.countDown();
        HealthCache cache = cache(PulseStatus.ALIVE, Duration.ZERO);

        assertThat(read(cache.health())).isEqualTo(1);
        assertThat(read(cache.health())).isEqualTo(2);
    }
}
