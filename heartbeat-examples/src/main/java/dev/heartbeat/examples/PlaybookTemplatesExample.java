package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Playbooks: the schedule says when and names a template by the param {@code playbookId}; the template says what to do.
 * So people add a campaign by writing a document, and no code changes.
 */
public final class PlaybookTemplatesExample {
    private PlaybookTemplatesExample() {}

    /** What a playbook does, step by step; a backend would keep these in a collection or in files. */
    record Template(String title, List<String> steps) {}

    /** The templates by id, and the task that runs whichever one a schedule names. */
    static final class Playbooks {
        private final Map<String, Template> templates;

        Playbooks(Map<String, Template> templates) {
            this.templates = new TreeMap<>(templates);
        }

        TaskResult run(TaskContext context) {
            // A param that is missing or no text throws too, and the message says so.
            String id = context.params().text("playbookId");
            Template template = templates.get(id);
            if (template == null) {
                throw new IllegalArgumentException(
                        "there is no playbook template '" + id + "'; known are " + templates.keySet());
            }
            // The key is the same in all attempts at this fire: hand it to whatever must not do a step twice.
            template.steps().forEach(step -> System.out.println("  " + step + " [" + context.idempotencyKey() + "]"));
            return TaskResult.of(Map.of("playbook", template.title())); // kept as lastResult
        }
    }

    /** Runs two playbooks and two schedules that have none. */
    public static void main(String[] args) {
        Playbooks playbooks = new Playbooks(Map.of(
                "weekly-deals-template",
                new Template("Weekly deals video", List.of("collect the deals", "render the video", "publish it")),
                "birthday-campaign-template",
                new Template("Birthday campaign", List.of("find today's birthdays", "send the mails"))));
        try (Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task(playbook("weekly-deals-video", playbooks))
                .task(playbook("birthday-emails", playbooks))
                .parallelism(1) // one after the other, so that the output has an order
                .build()) {
            define(heartbeat, "weekly-deals", "weekly-deals-video", Map.of("playbookId", "weekly-deals-template"));
            define(heartbeat, "birthdays", "birthday-emails", Map.of("playbookId", "birthday-campaign-template"));
            define(heartbeat, "mistyped", "birthday-emails", Map.of("playbookId", "birthday-template"));
            define(heartbeat, "forgotten", "birthday-emails", Map.of());

            Pulse pulse = heartbeat.pulse();
            pulse.details()
                    .forEach(detail -> System.out.println(detail.id() + " "
                            + detail.outcome().text() + ": "
                            + detail.findError().orElseGet(() -> lastResult(heartbeat, detail.id()))));
        }
    }

    /** Tasks may have any names, so that people can tell them apart; what each run does is its template's to say. */
    private static Task playbook(String name, Playbooks playbooks) {
        return Task.named(name, playbooks::run)
                .retry(Retry.DEFAULT.neverOn(IllegalArgumentException.class)) // waiting makes no template
                .build();
    }

    private static void define(Heartbeat heartbeat, String id, String task, Map<String, String> params) {
        heartbeat
                .schedules()
                .define(Schedule.builder(id, "0 9 * * 1", task)
                        .params(params)
                        .runAtFirstPulse()
                        .build());
    }

    private static String lastResult(Heartbeat heartbeat, String id) {
        return String.valueOf(heartbeat.schedules().findStored(id).orElseThrow().lastResult());
    }
}
