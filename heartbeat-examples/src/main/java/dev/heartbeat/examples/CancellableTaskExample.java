package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.PulseListener;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A long task that tells how far it has come and stops cleanly when it has to: at a shutdown, and at its timeout. It
 * imports a catalogue of four pages, of which the source delivers two.
 */
public final class CancellableTaskExample {
    private static final int PAGES = 4;

    private CancellableTaskExample() {}

    /** The import; what it has taken over outlives a run, so that the next attempt goes on from there. */
    static final class CatalogueImport {
        private final BlockingQueue<String> source = new LinkedBlockingQueue<>(List.of("page 1", "page 2"));
        private final List<String> imported = new CopyOnWriteArrayList<>();

        TaskResult run(TaskContext context) throws InterruptedException {
            try {
                // Two ways to hear that it is time to stop: ask between two steps of work, ...
                while (imported.size() < PAGES && !context.cancelled()) {
                    context.progress((double) imported.size() / PAGES, "waiting for page " + (imported.size() + 1));
                    imported.add(source.take()); // ... and let an interrupt end whatever blocks
                }
            } finally {
                System.out.println("  import stops with " + imported.size() + " whole pages");
            }
            return imported.size() == PAGES
                    ? TaskResult.of(Map.of("pages", PAGES))
                    : TaskResult.failed("stopped after page " + imported.size());
        }
    }

    /** A process of the backend; {@code timeout} is how long one attempt may take. */
    static Heartbeat process(HeartbeatStore store, CatalogueImport work, Duration timeout) {
        PulseListener printer = new PulseListener() {
            @Override
            public void runEnded(PulseDetail detail) {
                System.out.println("attempt " + detail.attempt() + ": "
                        + detail.outcome().text() + ", " + detail.findError().orElse("no error"));
            }
        };
        return Heartbeat.builder(store)
                .task(Task.named("import-catalogue", work::run)
                        .timeout(timeout)
                        .retry(Retry.attempts(2))
                        .build())
                .shutdownGrace(Duration.ZERO) // close() would give running tasks 10 seconds to finish
                .listener(printer)
                .build();
    }

    /** Lets a first process be shut down in the middle of the import, and a second one run into the timeout. */
    public static void main(String[] args) {
        HeartbeatStore store = new InMemoryHeartbeatStore();
        CatalogueImport work = new CatalogueImport();

        Heartbeat first = process(store, work, Duration.ofMinutes(5));
        first.schedules()
                .define(Schedule.builder("catalogue", "@daily", "import-catalogue")
                        .runAtFirstPulse()
                        .build());
        // A pulse answers within its budget. What goes on then is `running`, and its reason is the latest progress.
        Pulse pulse = first.pulse(PulseRequest.from("example").budget(Duration.ofSeconds(2)));
        pulse.detail("catalogue")
                .ifPresent(detail ->
                        System.out.println("the pulse says: " + detail.outcome().text() + ", " + detail.reason()));
        first.close(); // interrupts the import; the fire has not ended, its next attempt may start at once
        printLedger(store);

        // The next process takes the fire over. Page 3 still does not come: the timeout interrupts the last attempt.
        try (Heartbeat second = process(store, work, Duration.ofMillis(200))) {
            second.pulse();
        }
        printLedger(store);
    }

    private static void printLedger(HeartbeatStore store) {
        System.out.println(
                "the ledger says: " + store.runs(RunQuery.of("catalogue", 10)).items());
    }
}
