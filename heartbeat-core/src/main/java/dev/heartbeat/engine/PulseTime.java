package dev.heartbeat.engine;

import dev.heartbeat.store.CallLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The time of one pulse: when it started, the instants by which it judges, and what is left of its budget. */
final class PulseTime {
    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(5);
    private static final Duration LEAST_TO_CLOSE = Duration.ofSeconds(1);

    private final EngineSettings settings;
    private final Pace pace;
    private final PulseOrder order;
    private final Instant startedAt;
    private final long startedNanos;
    private final Duration budget;
    private final Duration reserve;
    private Instant dueNow;
    private Instant storeNow;
    /** When the store's time was heard, on this machine's clock: rather too late than too early. */
    private Instant storeHeardAt;

    PulseTime(EngineSettings settings, Pace pace, PulseOrder order) {
        this.settings = settings;
        this.pace = pace;
        this.order = order;
        this.startedAt = settings.clock().instant();
        this.startedNanos = pace.nanos();
        this.budget = order.budget() == null ? settings.budget() : order.budget();
        this.reserve = reserve(budget);
        this.dueNow = startedAt;
        this.storeNow = startedAt;
        this.storeHeardAt = startedAt;
    }

    /** Returns how much of a budget is kept back for closing. */
    static Duration reserve(Duration budget) {
        return Duration.ofNanos(Math.min(budget.toNanos() / 4, LONGEST_RESERVE.toNanos()));
    }

    /** Notes what the store has answered when it was asked for its time. A clock far ahead must not run fires early. */
    void heard(Optional<Instant> storeTime) {
        storeHeardAt = settings.clock().instant();
        storeNow = storeTime.orElse(startedAt);
        dueNow = dueNow(startedAt, storeNow);
    }

    /** Returns the instant that fire times are compared with: now, but never far ahead of the store's time. */
    static Instant dueNow(Instant now, Instant storeNow) {
        Instant latest = storeNow.plusSeconds(1);
        return now.isAfter(latest) ? latest : now;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** Returns the instant that fire times are compared with. */
    Instant dueNow() {
        return dueNow;
    }

    /** Returns the store's time as it was heard, which leases are compared with. */
    Instant storeNow() {
        return storeNow;
    }

    /** Returns when the store's time was heard, on this machine's clock. */
    Instant storeHeardAt() {
        return storeHeardAt;
    }

    /** Returns the store's time at this moment, as far as this process can tell. */
    Instant store() {
        return storeNow.plus(Duration.between(storeHeardAt, settings.clock().instant()));
    }

    /** Returns an instant of the store's time on this machine's clock. */
    Instant ofStore(Instant instant) {
        return storeHeardAt.plus(Duration.between(storeNow, instant));
    }

    /** Returns the nanoseconds left for the work; the reserve for closing is kept back. */
    long left() {
        return budget.minus(reserve).toNanos() - elapsedNanos();
    }

    /** Returns the nanoseconds that a run may take to fit into a pulse: this one, or the next one if this one is cut short. */
    long longest() {
        return order.budget() == null
                ? left()
                : Math.max(left(), settings.room().toNanos());
    }

    CallLimit workLimit() {
        return CallLimit.of(Duration.ofNanos(left()));
    }

    /** What is left of the budget for closing; after work that took all of it, or that was waited for, a little more. */
    CallLimit closeLimit() {
        Duration rest = budget.minusNanos(elapsedNanos());
        Duration least = order.awaitRuns() ? reserve : LEAST_TO_CLOSE;
        return CallLimit.of(rest.compareTo(least) < 0 ? least : rest);
    }

    long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(elapsedNanos());
    }

    private long elapsedNanos() {
        return pace.nanos() - startedNanos;
    }
}
