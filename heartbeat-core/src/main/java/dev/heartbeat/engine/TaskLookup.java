package dev.heartbeat.engine;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResolver;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks each task up once in a pulse; a look-up that throws counts as not found, with its reason. It knows which settings of
 * schedule, task and default hold.
 */
final class TaskLookup {
    private final TaskResolver resolver;
    private final Map<String, Duration> queueWindows;
    private final Map<String, Optional<Task>> found = new HashMap<>();
    private final Map<String, String> problems = new HashMap<>();

    TaskLookup(EngineSettings settings) {
        this.resolver = settings.tasks();
        this.queueWindows = settings.queueWindows();
    }

    @Nullable
    Task find(String name) {
        Optional<Task> task = found.get(name);
        if (task == null) {
            task = resolve(name);
            found.put(name, task);
        }
        return task.orElse(null);
    }

    /** The schedule's retry, else the task's, else the default; the errors that end a fire are always the task's. */
    Retry retry(Schedule schedule) {
        Task task = find(schedule.task());
        Retry ofTask = task == null ? Retry.DEFAULT : task.retry().orElse(Retry.DEFAULT);
        Optional<Retry> own = schedule.retry();
        return own.isPresent() ? own.get().neverOnAsIn(ofTask) : ofTask;
    }

    /** The schedule's timeout, else the task's, else the default. */
    Duration timeout(Schedule schedule) {
        Optional<Duration> own = schedule.timeout();
        if (own.isPresent()) {
            return own.get();
        }
        Task task = find(schedule.task());
        return task == null ? Task.DEFAULT_TIMEOUT : task.timeout().orElse(Task.DEFAULT_TIMEOUT);
    }

    /** The schedule's window, else the task's, else the queue's, else none. */
    Duration window(Schedule schedule) {
        Optional<Duration> own = schedule.window();
        if (own.isPresent()) {
            return own.get();
        }
        Task task = find(schedule.task());
        Optional<Duration> ofTask = task == null ? Optional.empty() : task.window();
        String queue = schedule.queue().orElse(null);
        Duration ofQueue = queue == null ? null : queueWindows.get(queue);
        return ofTask.orElse(ofQueue == null ? Duration.ZERO : ofQueue);
    }

    /** Returns what to tell people about a task that was not found. */
    String problem(String name) {
        return problems.getOrDefault(name, "no executor is registered for task '" + name + "'");
    }

    private Optional<Task> resolve(String name) {
        try {
            return resolver.resolve(name);
        } catch (Throwable e) {
            problems.put(name, "the look-up of task '" + name + "' failed: " + e);
            return Optional.empty();
        }
    }
}
