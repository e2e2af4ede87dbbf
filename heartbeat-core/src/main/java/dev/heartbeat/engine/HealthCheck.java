package dev.heartbeat.engine;

import dev.heartbeat.health.Condition;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseFailure;
import dev.heartbeat.health.StatusRule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.PulseStore;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the platform is: the status rule on the stored record, and what this process's last pulse noted. Thread-safe. */
final class HealthCheck {
    private static final Duration TOLERATED_SKEW = Duration.ofSeconds(60);

    private final PulseStore store;
    private final StatusRule rule;
    private final PulseCloser closer;
    private final Leases leases;
    private volatile List<Condition> observed = List.of();
    private volatile List<Condition> heldBack = List.of();
    private volatile Pauses pauses = Pauses.NONE;
    private volatile List<Condition> zoneData = List.of();

    HealthCheck(PulseStore store, StatusRule rule, PulseCloser closer, Leases leases) {
        this.store = store;
        this.rule = rule;
        this.closer = closer;
        this.leases = leases;
    }

    /** Returns how the platform is; never throws. */
    Health at(Instant now, CallLimit limit) {
        HeartbeatRecord heartbeat = null;
        PulseFailure current = closer.failure();
        boolean readable = true;
        try {
            heartbeat = store.heartbeat(limit).map(StoredHeartbeat::heartbeat).orElse(null);
        } catch (RuntimeException e) {
            readable = false;
            current = new PulseFailure(now, Condition.STORE_UNREADABLE, "The store did not answer: " + e.getMessage());
        }
        List<Condition> conditions = new ArrayList<>(rule.conditions(heartbeat, current, now));
        conditions.addAll(observed);
        conditions.addAll(zoneData);
        conditions.addAll(PauseRule.conditions(pauses, now));
        conditions.addAll(heldBack);
        for (LiveRun run : leases.stuck()) {
            conditions.add(new Condition(
                    Condition.STUCK,
                    run.scheduleId() + ": " + PulseBook.stuckError(run, now).error(),
                    run.overdueSince(),
                    "Make the task give up when it is interrupted or TaskContext.cancelled() is true"));
        }
        return new Health(
                rule.status(heartbeat, current, now), conditions, Optional.ofNullable(heartbeat), readable, now);
    }

    /** Notes what the first look at the store shows: clocks that differ, schedules held by a lastRun in the future. */
    void observed(Instant now, Instant storeNow, List<StoredSchedule> held) {
        List<Condition> conditions = new ArrayList<>();
        Duration skew = Duration.between(storeNow, now);
        if (skew.abs().compareTo(TOLERATED_SKEW) > 0) {
            conditions.add(new Condition(
                    Condition.CLOCK_SKEW,
                    "This machine's clock is " + skew.abs().toSeconds() + " seconds "
                            + (skew.isNegative() ? "behind" : "ahead of") + " the store's",
                    now,
                    "Set the clock of this machine; in tests give the store and the heartbeat the same clock"));
        }
        for (StoredSchedule seen : held) {
            conditions.add(new Condition(
                    Condition.HELD,
                    seen.id() + ": lastRun was set to " + seen.lastRun().value() + ", which holds it until then",
                    now,
                    "Set lastRun to null to run it at the next pulse"));
        }
        observed = List.copyOf(conditions);
    }

    /** Notes how the time zone data of other instances differs, if it does. */
    void zoneData(Optional<Condition> difference) {
        zoneData = difference.map(List::of).orElse(List.of());
    }

    /** Notes what the last pulse held back, and by what. */
    void heldBack(List<Condition> conditions) {
        heldBack = List.copyOf(conditions);
    }

    /** Notes the pauses of queues and of everything as they stand in the store. */
    void pauses(Pauses known) {
        pauses = known;
    }
}
