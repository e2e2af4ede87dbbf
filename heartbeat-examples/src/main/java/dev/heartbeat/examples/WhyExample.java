package dev.heartbeat.examples;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Pause;
import dev.heartbeat.task.TaskResult;

/** Why does it not run? One question instead of a look at the document, the pauses, the circuit and the last pulse. */
public final class WhyExample {
    private WhyExample() {}

    /** Asks about schedules that run, that wait and that never will. */
    public static void main(String[] args) {
        try (Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task("report", context -> TaskResult.done())
                .build()) {
            define(heartbeat, Schedule.builder("nightly", "0 2 * * *", "report").build());
            define(heartbeat, Schedule.builder("eager", "* * * * *", "report").build());
            define(heartbeat, Schedule.builder("leap", "0 0 30 2 *", "report").build());
            define(
                    heartbeat,
                    Schedule.builder("misspelt", "0 2 * * *", "reprot")
                            .runAtFirstPulse()
                            .build());
            heartbeat.schedules().pause("nightly", Pause.INDEFINITELY, Audit.by("ann", "moving house"));

            for (String id : new String[] {"nightly", "eager", "leap", "misspelt"}) {
                why(heartbeat, id);
            }
        }
    }

    // tag::why[]
    static void why(Heartbeat heartbeat, String id) {
        heartbeat.schedules().explain(id).ifPresent(explanation -> {
            System.out.println(id + ": " + explanation.reason() + ". " + explanation.cause() + ".");
            System.out.println("  " + explanation.nextStep() + ".");
            explanation.notes().forEach(note -> System.out.println("  Note: " + note + "."));
        });
    }

    static void define(Heartbeat heartbeat, Schedule schedule) {
        heartbeat
                .schedules()
                .lint(schedule)
                .forEach(hint -> System.out.println(schedule.id() + ": " + hint.words() + "."));
        heartbeat.schedules().define(schedule);
    }
    // end::why[]
}
