package dev.heartbeat.engine;

import dev.heartbeat.engine.ExplainRule.Facts;
import dev.heartbeat.engine.Limits.Limit;
import dev.heartbeat.engine.PauseRule.Under;
import dev.heartbeat.health.Explanation;
import dev.heartbeat.schedule.Hint;
import dev.heartbeat.schedule.InvalidScheduleException;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the rules want to see of one schedule and has them explain it. Writes nothing. Thread-safe. */
final class Explainer {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final Engine engine;
    private final HeartbeatStore store;
    private final EngineSettings settings;

    Explainer(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
        this.settings = engine.settings();
    }

    /** Returns why the schedule starts with the next pulse or not; empty if there is no such document. */
    Optional<Explanation> explain(String id) {
        StoredSchedule stored = store.schedule(id).orElse(null);
        if (stored == null) {
            return store.unreadable().stream()
                    .filter(document -> document.id().equals(id))
                    .map(document -> unreadable(id, "Its document holds no schedule: " + document.reason()))
                    .findFirst();
        }
        TaskLookup tasks = new TaskLookup(settings);
        StateKey circuit =
                Breakers.key(stored.schedule(), tasks.find(stored.schedule().task()));
        try {
            return Optional.of(ExplainRule.explain(facts(stored, tasks, circuit)));
        } catch (InvalidScheduleException e) { // a timing of the user's own that throws
            return Optional.of(unreadable(id, "Its timing fails: " + e.getMessage()));
        }
    }

    private static Explanation unreadable(String id, String cause) {
        return new Explanation(
                id, false, Explanation.UNREADABLE, cause, null, "Mend it; all other schedules run", List.of());
    }

    private Facts facts(StoredSchedule stored, TaskLookup tasks, @Nullable StateKey circuit) {
        Schedule schedule = stored.schedule();
        Set<StateKey> keys = new HashSet<>(List.of(Pauses.KEY, PulsePlan.WAITING));
        if (circuit != null) {
            keys.add(circuit);
        }
        Map<StateKey, Map<String, @Nullable Object>> cells = new HashMap<>();
        for (StateCell cell : store.read(keys, CallLimit.of(CALL_LIMIT))) {
            cells.put(cell.key(), cell.value());
        }
        Instant storeNow = engine.storeNow();
        Instant now = PulseTime.dueNow(engine.now(), storeNow);
        HeartbeatRecord heartbeat = store.heartbeat(CallLimit.of(CALL_LIMIT))
                .map(StoredHeartbeat::heartbeat)
                .orElse(null);
        Under under = PauseRule.under(Pauses.read(cells.getOrDefault(Pauses.KEY, Map.of())), stored);
        Duration length = tasks.window(schedule);
        Window window = length.isZero() ? Window.NONE : new Window(length, nextPulse(now, heartbeat));
        int maxAttempts = tasks.retry(schedule).maxAttempts();
        Decision decision = DueRule.decide(under.seen(), now, storeNow, maxAttempts, settings.staleAfter(), window);
        return new Facts(
                under,
                decision.reason().equals(Decision.PAUSED) ? Decision.no(under.reason(), decision.until()) : decision,
                problem(tasks, schedule),
                circuit == null ? null : circuit.name(),
                Circuit.read(circuit == null ? Map.of() : cells.getOrDefault(circuit, Map.of())),
                full(schedule, tasks),
                maxAttempts,
                Deferrals.of(cells.getOrDefault(PulsePlan.WAITING, Map.of())).of(stored),
                heartbeat,
                settings.staleAfter(),
                now,
                storeNow,
                hints(schedule, tasks, now).stream()
                        .filter(hint -> !hint.name().equals(Hint.NO_EXECUTOR)
                                && !hint.name().equals(Hint.NEVER_FIRES))
                        .map(Hint::words)
                        .toList());
    }

    private Instant nextPulse(Instant now, @Nullable HeartbeatRecord heartbeat) {
        return engine.started()
                ? Instant.MIN
                : Window.nextPulse(now, heartbeat == null ? null : heartbeat.timestamp(), settings.interval());
    }

    private List<Limit> full(Schedule schedule, TaskLookup tasks) {
        List<Limit> full = new ArrayList<>();
        for (Limit limit : engine.limits().of(schedule, tasks.find(schedule.task()))) {
            if (engine.limits().free(limit) <= 0) {
                full.add(limit);
            }
        }
        return full;
    }

    private static @Nullable String problem(TaskLookup tasks, Schedule schedule) {
        return tasks.find(schedule.task()) == null ? tasks.problem(schedule.task()) : null;
    }

    /** Returns what is allowed in the definition and may not be meant; reads nothing. */
    List<Hint> hints(Schedule schedule) {
        return hints(schedule, new TaskLookup(settings), engine.now());
    }

    private List<Hint> hints(Schedule schedule, TaskLookup tasks, Instant now) {
        return LintRule.hints(
                schedule,
                now,
                problem(tasks, schedule),
                tasks.timeout(schedule),
                tasks.window(schedule),
                settings.interval(),
                engine.started(),
                settings.staleAfter());
    }
}
