package dev.heartbeat.health;

import dev.heartbeat.store.HeartbeatRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one rule behind the dot, a pure function of the heartbeat record, this process's last pulse failure and now. The
 * first row that holds decides:
 *
 * <table>
 *   <caption>Truth table</caption>
 *   <tr><th>what holds</th><th>status</th><th>condition</th></tr>
 *   <tr><td>a pulse failure that is not older than the record</td><td>error</td><td>as the failure says</td></tr>
 *   <tr><td>no record</td><td>unknown</td><td>not-started</td></tr>
 *   <tr><td>the record has errors, stale or not</td><td>error</td><td>degraded</td></tr>
 *   <tr><td>age of the record &ge; staleAfter</td><td>warning</td><td>late</td></tr>
 *   <tr><td>otherwise</td><td>alive</td><td>none</td></tr>
 * </table>
 *
 * A record from the future counts as age zero and raises the condition clock-skew when it is over a minute ahead. A
 * stale record raises late beside any error. Immutable and thread-safe.
 *
 * @param staleAfter the age from which a heartbeat is stale; positive
 */
public record StatusRule(Duration staleAfter) {
    /** The playbook's limit. */
    public static final Duration DEFAULT_STALE_AFTER = Duration.ofMinutes(15);

    private static final Duration TOLERATED_SKEW = Duration.ofMinutes(1);

    /** Checks the limit. Throws {@code IllegalArgumentException} unless it is positive. */
    public StatusRule {
        if (staleAfter.isNegative() || staleAfter.isZero()) {
            throw new IllegalArgumentException("staleAfter " + staleAfter + " is not allowed; more than zero");
        }
    }

    /** Returns the status. */
    public PulseStatus status(@Nullable HeartbeatRecord heartbeat, @Nullable PulseFailure failure, Instant now) {
        if (isCurrent(failure, heartbeat)) {
            return PulseStatus.ERROR;
        }
        if (heartbeat == null) {
            return PulseStatus.UNKNOWN;
        }
        if (!heartbeat.isHealthy()) {
            return PulseStatus.ERROR;
        }
        return isStale(heartbeat, now) ? PulseStatus.WARNING : PulseStatus.ALIVE;
    }

    /** Returns the causes behind the status, most serious first. */
    public List<Condition> conditions(
            @Nullable HeartbeatRecord heartbeat, @Nullable PulseFailure failure, Instant now) {
        List<Condition> conditions = new ArrayList<>();
        if (failure != null && isCurrent(failure, heartbeat)) {
            conditions.add(new Condition(
                    failure.condition(),
                    failure.cause(),
                    failure.at(),
                    failure.condition().equals(Condition.STORE_UNREADABLE)
                            ? "Check that the store is up and that this process may read it"
                            : "Read the log of this process; the next pulse tries again"));
        }
        if (heartbeat == null) {
            if (conditions.isEmpty()) {
                conditions.add(new Condition(
                        Condition.NOT_STARTED,
                        "There has been no pulse yet",
                        now,
                        "Send a pulse: call the tick endpoint, press Pulse now, or start the ticker"));
            }
            return conditions;
        }
        if (!heartbeat.isHealthy()) {
            conditions.add(new Condition(
                    Condition.DEGRADED,
                    heartbeat.error().orElseThrow()
                            + (heartbeat.errorsTotal() > 1 ? " (and " + (heartbeat.errorsTotal() - 1) + " more)" : ""),
                    heartbeat.errors().get(0).at(),
                    "Look at the errors of the last pulses; mend the cause, then run the schedule again"));
        }
        if (isStale(heartbeat, now)) {
            conditions.add(new Condition(
                    Condition.LATE,
                    "The last pulse came "
                            + Duration.between(heartbeat.timestamp(), now).toMinutes() + " minutes ago, from "
                            + heartbeat.source(),
                    heartbeat.nextPulseExpected(),
                    "Check the source of the pulse, or send one by hand"));
        }
        if (heartbeat.timestamp().isAfter(now.plus(TOLERATED_SKEW))) {
            conditions.add(new Condition(
                    Condition.CLOCK_SKEW,
                    "The heartbeat is dated "
                            + Duration.between(now, heartbeat.timestamp()).toSeconds() + " seconds into the future",
                    now,
                    "Set the clocks of the machines that pulse"));
        }
        return conditions;
    }

    private boolean isStale(HeartbeatRecord heartbeat, Instant now) {
        return !now.isBefore(heartbeat.timestamp().plus(staleAfter));
    }

    private static boolean isCurrent(@Nullable PulseFailure failure, @Nullable HeartbeatRecord heartbeat) {
        return failure != null && (heartbeat == null || !failure.at().isBefore(heartbeat.timestamp()));
    }
}
