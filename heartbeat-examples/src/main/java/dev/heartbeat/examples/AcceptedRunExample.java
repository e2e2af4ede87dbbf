package dev.heartbeat.examples;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.Progress;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A task that starts work elsewhere and is done with it: a video is rendered by a farm of workers, which have a process of
 * their own. The process that pulses is restarted meanwhile. A second video is called off.
 */
public final class AcceptedRunExample {
    private AcceptedRunExample() {}

    /** What the farm is told of one video. */
    record Order(String template, String token) {}

    /** The process that pulses. */
    static Heartbeat platform(HeartbeatStore store, BlockingQueue<Order> farm) {
        return Heartbeat.builder(store)
                .task("render", context -> render(context, farm))
                .build();
    }

    // tag::task[]
    /** Orders the video and hands the token on: whoever has it may answer for this run. */
    static TaskResult render(TaskContext context, BlockingQueue<Order> farm) {
        farm.add(new Order(context.params().text("template"), context.token().value()));
        return TaskResult.accepted(Duration.ofHours(2)); // later than that it has timed out, and is tried again
    }
    // end::task[]

    // tag::worker[]
    /** A worker, in any process with a heartbeat on the same store; it need not know the task. */
    static Completion work(Heartbeat worker, Order order) {
        RunToken token = new RunToken(order.token());
        worker.runs().progress(token, 0.5, "half of " + order.template());
        return worker.runs()
                .complete(token, TaskResult.of(Map.of("video", "deals.mp4")).count("videos", 1));
    }
    // end::worker[]

    // tag::cancel[]
    /** A person calls a run off, from any instance, and everybody may read who it was. */
    static void callOff(Heartbeat heartbeat, String scheduleId) {
        heartbeat.schedules().cancel(scheduleId, Audit.by("ann@example.org", "wrong template"));
        heartbeat
                .audit(null, 20)
                .items()
                .forEach(entry -> System.out.println(
                        entry.who() + ": " + entry.verb() + " " + entry.target() + ", " + entry.why()));
    }
    // end::cancel[]

    /** Accepts two runs, restarts, completes one and calls the other off. */
    public static void main(String[] args) {
        HeartbeatStore store = new InMemoryHeartbeatStore();
        BlockingQueue<Order> farm = new LinkedBlockingQueue<>();
        try (Heartbeat platform = platform(store, farm)) {
            for (String id : new String[] {"deals", "birthdays"}) {
                platform.schedules()
                        .define(Schedule.builder(id, "0 9 * * 1", "render")
                                .param("template", id + "-template")
                                .runAtFirstPulse()
                                .build());
            }
            for (PulseDetail detail : platform.pulse().details()) {
                System.out.println(detail.id() + ": " + detail.outcome().text() + ", " + detail.reason());
            }
        } // shut down: nobody holds the two runs now, and nobody starts them again

        try (Heartbeat worker = Heartbeat.builder(store).name("worker").build()) {
            for (Order order; (order = farm.poll()) != null; ) {
                if (order.template().equals("deals-template")) {
                    System.out.println(order.template() + ": " + work(worker, order));
                    System.out.println(order.template() + ": " + work(worker, order) + " when it is sent again");
                } else {
                    worker.runs().progress(new RunToken(order.token()), 0.1, "colours look wrong");
                    System.out.println("birthdays at " + progress(worker, "birthdays"));
                    callOff(worker, "birthdays");
                    System.out.println(order.template() + ": " + work(worker, order));
                }
            }
        }
        store.runs(RunQuery.newest(10))
                .items()
                .forEach(run -> System.out.println(
                        run.scheduleId() + " " + run.outcome().text() + ", counted " + run.counts()));
    }

    private static String progress(Heartbeat heartbeat, String scheduleId) {
        return heartbeat
                .schedules()
                .findStored(scheduleId)
                .map(stored -> stored.state().pending())
                .map(PendingFire::progress)
                .map(Progress::text)
                .orElse("no progress");
    }
}
