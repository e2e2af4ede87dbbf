package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.Optional;

/** A task that gets its params as a record, and what people read when a param is wrong. */
public final class TypedParamsExample {
    private TypedParamsExample() {}

    /** Each component is read from the param of its name; the constructor checks what a type cannot say. */
    record Campaign(String template, int discount, Duration validFor, Optional<String> segment) {
        Campaign {
            if (discount < 1 || discount > 50) {
                throw new IllegalArgumentException("discount is " + discount + " percent; allowed are 1 to 50");
            }
        }
    }

    /** Sends a campaign; by the time it is called the params are known to be good. */
    static TaskResult send(Campaign campaign) {
        System.out.println("sending " + campaign.template() + " to "
                + campaign.segment().orElse("everybody") + ": " + campaign.discount() + " % for "
                + campaign.validFor().toDays() + " days");
        return TaskResult.done();
    }

    /** Runs one good schedule and three with a wrong param, and prints how each went. */
    public static void main(String[] args) {
        Task campaigns = Task.typed(
                        "send-campaign", params -> params.as(Campaign.class), (campaign, context) -> send(campaign))
                // A wrong param does not get better by waiting: fail at once instead of trying again.
                .retry(Retry.DEFAULT.neverOn(IllegalArgumentException.class))
                .build();
        try (Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task(campaigns)
                .parallelism(1) // one after the other, so that the output has an order
                .build()) {
            define(heartbeat, "good", 15, "P7D");
            define(heartbeat, "no-number", "fifteen", "P7D");
            define(heartbeat, "no-duration", 15, "a week");
            define(heartbeat, "too-much", 80, "P7D");

            // A task that fails throws nothing at the caller of the pulse: it is a fact in the answer and in the store.
            Pulse pulse = heartbeat.pulse();
            for (PulseDetail detail : pulse.details()) {
                System.out.println(detail.id() + " " + detail.outcome().text()
                        + detail.findError().map(error -> ": " + error).orElse(""));
            }
            System.out.println("the platform is " + pulse.status()); // ERROR, until they run well or are gone
        }
    }

    private static void define(Heartbeat heartbeat, String id, Object discount, String validFor) {
        heartbeat
                .schedules()
                .define(Schedule.builder(id, "@weekly", "send-campaign")
                        .param("template", "weekly-deals")
                        .param("discount", discount)
                        .param("validFor", validFor)
                        .runAtFirstPulse()
                        .build());
    }
}
