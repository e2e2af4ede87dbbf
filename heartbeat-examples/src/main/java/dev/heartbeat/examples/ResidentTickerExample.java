package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.PulseListener;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The library's own ticker: nobody sends pulses from outside, the process wakes itself when a schedule falls due. */
public final class ResidentTickerExample {
    /** How many runs it waits for before it ends. */
    private static final int RUNS = 2;

    private ResidentTickerExample() {}

    /** Starts the ticker, waits until it has seen two runs, and closes. */
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(RUNS);
        PulseListener counter = new PulseListener() {
            // told of each attempt once it stands in the store, so nothing has to be asked again and again
            @Override
            public void runEnded(PulseDetail detail) {
                System.out.println(detail.id() + " " + detail.outcome().text());
                seen.countDown();
            }
        };
        AtomicInteger degrees = new AtomicInteger(20);
        Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task("measure", context -> TaskResult.of(Map.of("degrees", degrees.getAndIncrement())))
                // A pulse at each full ten minutes says "alive" even when nothing is due. The ticker does not wait for
                // it: between two beats it sleeps until the next schedule falls due.
                .interval(Duration.ofMinutes(10))
                .listener(counter)
                .build();
        try (heartbeat) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("thermometer", "@every PT1S", "measure")
                            .build());

            heartbeat.start(); // returns at once; the ticker is a daemon thread and keeps no process alive
            System.out.println("started: " + heartbeat.started());

            seen.await(); // a server would serve its requests now
            heartbeat
                    .schedules()
                    .findStored("thermometer")
                    .ifPresent(stored -> System.out.println("last result: " + stored.lastResult()));
        } // close() stops the ticker and waits for a run under way; after it no task is started
        System.out.println("closed: " + heartbeat.closed() + ", started: " + heartbeat.started());
    }
}
