package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.PulseListener;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** How a backend embeds a heartbeat: its services become tasks, its schedules are defined at every boot. */
public final class EmbeddingExample {
    private EmbeddingExample() {}

    /** A service of the backend, which knows nothing of heartbeats. */
    static final class Mailer {
        private final List<String> sent = new ArrayList<>();

        synchronized void send(String template, String idempotencyKey) {
            sent.add(template + " as " + idempotencyKey);
        }

        synchronized List<String> sent() {
            return List.copyOf(sent);
        }
    }

    /** The params of the task, as a type. */
    record Birthday(String template) {}

    // tag::embed[]
    /** Wires the backend. The caller starts the ticker or sends pulses, and closes it at shutdown. */
    static Heartbeat wire(HeartbeatStore store, Mailer mailer, PulseListener metrics, InstantSource clock) {
        Heartbeat heartbeat = Heartbeat.builder(store)
                .name("shop")
                .clock(clock)
                .task(Task.typed("birthday-emails", params -> params.as(Birthday.class), (birthday, context) -> {
                            mailer.send(birthday.template(), context.idempotencyKey());
                            return TaskResult.done();
                        })
                        .timeout(Duration.ofSeconds(20))
                        .retry(Retry.attempts(3).backoff(Duration.ofSeconds(10), Duration.ofMinutes(2)))
                        .build())
                .listener(metrics)
                .build();
        heartbeat
                .schedules()
                .define(Schedule.builder("birthdays", "0 8 * * *", "birthday-emails")
                        .param("template", "birthday-campaign-template")
                        .runAtFirstPulse()
                        .build());
        return heartbeat;
    }
    // end::embed[]

    /** Runs the backend for one pulse. */
    public static void main(String[] args) {
        Mailer mailer = new Mailer();
        PulseListener metrics = new PulseListener() {
            @Override
            public void runEnded(PulseDetail detail) {
                System.out.println(detail.id() + " " + detail.outcome().text());
            }
        };
        try (Heartbeat heartbeat = wire(new InMemoryHeartbeatStore(), mailer, metrics, InstantSource.system())) {
            heartbeat.pulse();
            System.out.println(mailer.sent());
        }
    }
}
