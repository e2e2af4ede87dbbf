package dev.heartbeat.benchmarks.firestore;

import com.google.cloud.firestore.Firestore;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.firestore.Emulator;
import dev.heartbeat.firestore.FirestoreHeartbeatStore;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Instances that pulse one database at once, each with a store and a client of its own. */
final class Crowd {
    private Crowd() {}

    /**
     * Lets them do what is due.
     *
     * @return how many nanoseconds until the last of them has answered
     * @throws IllegalStateException if not each of the schedules ran once
     */
    static long pulse(String project, Firestore client, int instances, int due) throws Exception {
        List<FirestoreHeartbeatStore> stores = new ArrayList<>();
        List<Heartbeat> heartbeats = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        try {
            for (int i = 0; i < instances; i++) {
                FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
                        .project(project)
                        .emulator(Emulator.shared().host())
                        .build();
                stores.add(store);
                heartbeats.add(Heartbeat.builder(store)
                        .name("instance-" + i)
                        .budget(Duration.ofMinutes(5))
                        .task("nothing", context -> TaskResult.done())
                        .build());
            }
            List<Callable<Integer>> pulses = heartbeats.stream()
                    .<Callable<Integer>>map(each -> () -> each.pulse().count(Outcome.EXECUTED))
                    .toList();
            executed(threads.invokeAll(pulses)); // with nothing to do, so that all are connected
            new BareClient(client).writeSchedules(due);
            long begin = System.nanoTime();
            List<Future<Integer>> ended = threads.invokeAll(pulses);
            long nanos = System.nanoTime() - begin;
            int executed = executed(ended);
            if (executed != due) {
                throw new IllegalStateException(instances + " instances ran " + executed + " of " + due);
            }
            return nanos;
        } finally {
            threads.shutdown();
            heartbeats.forEach(Heartbeat::close);
            stores.forEach(FirestoreHeartbeatStore::close);
        }
    }

    private static int executed(List<Future<Integer>> pulses) throws Exception {
        int executed = 0;
        for (Future<Integer> pulse : pulses) {
            executed += pulse.get();
        }
        return executed;
    }
}
