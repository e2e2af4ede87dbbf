package dev.heartbeat.engine;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimStore;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the claims of this process: renews them all at a third of the lease, and the places of probes after them, from the
 * claim on until they are recorded, hears on that occasion who has called one off, and gives back those whose claim call
 * had no clear answer. While there are none it costs nothing.
 */
final class Leases {
    private final ClaimStore store;
    private final Duration lease;
    private final Duration third;
    private final Pace pace;
    private final Timer timer;
    private final Log log;
    private final Limits limits;
    private final Set<LiveRun> live = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<RunToken> unclear = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ticking = new AtomicBoolean();
    private final Consumer<CallLimit> places;
    private final Runnable meanwhile;
    private final Consumer<LiveRun> lost;
    private final Consumer<LiveRun> calledOff;

    Leases(
            ClaimStore store,
            Duration lease,
            Pace pace,
            Timer timer,
            Log log,
            Limits limits,
            Consumer<CallLimit> places,
            Runnable meanwhile,
            Consumer<LiveRun> lost,
            Consumer<LiveRun> calledOff) {
        this.store = store;
        this.lease = lease;
        this.third = Duration.ofNanos(lease.toNanos() / 3);
        this.pace = pace;
        this.timer = timer;
        this.log = log;
        this.limits = limits;
        this.places = places;
        this.meanwhile = meanwhile;
        this.lost = lost;
        this.calledOff = calledOff;
    }

    void add(Collection<LiveRun> runs) {
        live.addAll(runs);
        for (LiveRun run : runs) {
            limits.add(run);
        }
        tickLater();
    }

    void remove(LiveRun run) {
        if (live.remove(run)) {
            limits.remove(run);
        }
    }

    /** Returns the run that this process holds under the token, or null. */
    @Nullable
    LiveRun find(RunToken token) {
        for (LiveRun run : live) {
            if (run.token().equals(token)) {
                return run;
            }
        }
        return null;
    }

    /** Returns the runs that ignore their timeout, or that they were called off. */
    List<LiveRun> stuck() {
        return live.isEmpty()
                ? List.of()
                : live.stream().filter(LiveRun::isStuck).toList();
    }

    /** Returns the runs that try a circuit and whose claim is ours. */
    List<LiveRun> probes() {
        return live.stream().filter(run -> run.isProbe() && !run.isLost()).toList();
    }

    /** A claim call had no clear answer: whatever it won is given back at the next contact with the store. */
    void unclear(Collection<RunToken> tokens) {
        unclear.addAll(tokens);
        tickLater();
    }

    /** Gives back what unclear claims have won; what the store does not take is tried again. */
    void giveBackUnclear(CallLimit limit) {
        List<RunToken> tokens = new ArrayList<>();
        for (RunToken token; (token = unclear.poll()) != null; ) {
            tokens.add(token);
        }
        if (tokens.isEmpty()) {
            return;
        }
        try {
            store.release(tokens, limit); // those that are not in force are left out
        } catch (RuntimeException e) {
            unclear(tokens);
            log.storeFailed("giving back " + tokens.size() + " unclear claims", e); // if need be, their lease ends them
        }
    }

    /** Tells whether a task may be called now: less than half of the lease has passed, or a renewal was granted. */
    boolean mayStart(LiveRun run) {
        if (run.isLost()) {
            return false;
        }
        if (pace.nanos() - run.leaseFrom() < lease.toNanos() / 2) {
            return true;
        }
        try {
            renew(List.of(run));
        } catch (RuntimeException e) {
            log.storeFailed("renewing the claim of schedule " + run.scheduleId() + " before its start", e);
            return false;
        }
        return !run.isLost();
    }

    private void tickLater() {
        tickAfter(third.toNanos());
    }

    private void tickAfter(long nanos) {
        if ((!live.isEmpty() || !unclear.isEmpty()) && ticking.compareAndSet(false, true)) {
            timer.after(nanos, this::tick);
        }
    }

    /** Counted from its begin, and with nothing in it but renewals: what else is to be done must not delay the next one. */
    private void tick() {
        long next = pace.nanos() + third.toNanos();
        meanwhile.run();
        try {
            List<LiveRun> held = new ArrayList<>();
            for (LiveRun run : live) {
                if (!run.isLost()) {
                    held.add(run);
                }
            }
            if (!held.isEmpty()) {
                renew(held);
            }
        } catch (RuntimeException e) {
            log.storeFailed("renewing " + live.size() + " claims", e);
        }
        try {
            places.accept(callLimit());
        } finally {
            ticking.set(false);
            tickAfter(next - pace.nanos());
        }
    }

    private CallLimit callLimit() {
        return CallLimit.of(third);
    }

    private void renew(List<LiveRun> runs) {
        long sent = pace.nanos();
        List<Renewal> renewals = new ArrayList<>(runs.size());
        for (LiveRun run : runs) {
            renewals.add(run.renewal());
        }
        Map<RunToken, Claim> held = new HashMap<>();
        for (Claim claim : store.renew(renewals, lease, callLimit())) {
            held.put(claim.token(), claim);
        }
        for (LiveRun run : runs) {
            Claim claim = held.get(run.token());
            if (claim != null) {
                run.renewed(sent);
                if (claim.cancelRequested()) {
                    calledOff.accept(run);
                }
            } else if (live.contains(run)) { // not recorded meanwhile
                run.lose();
                lost.accept(run);
            }
        }
    }
}
