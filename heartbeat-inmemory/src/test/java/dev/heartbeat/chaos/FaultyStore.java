package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Intercepted.Call;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One life's way to the store. Each call takes a little time, before and after it is written, in which its process may
 * freeze or die and others may come in between; and it suffers the fault that is meant for it.
 */
final class FaultyStore implements Intercepted.Around {
    private static final Duration WITHOUT_LIMIT = Duration.ofSeconds(10);

    private final World world;
    private final Life life;

    private FaultyStore(World world, Life life) {
        this.world = world;
        this.life = life;
    }

    static HeartbeatStore of(World world, Life life) {
        return Intercepted.store(world.witness(), new FaultyStore(world, life));
    }

    @Override
    public Object call(Call call) throws Throwable {
        if (call.verb().equals("wakeGap")) {
            return call.proceed();
        }
        WorldTime.checkAlive(life.process);
        if (call.verb().equals("renew")) {
            Instant now = world.time().instant();
            ((List<?>) call.arguments()[0])
                    .forEach(renewal -> world.journal().renewalSent(((Renewal) renewal).token(), now));
        }
        Fault fault = life.instance.fault(call.verb(), world.time().instant());
        Instant clock = life.clock.instant();
        if (fault == null) {
            world.time().pass(world.latency());
            Object answer = written(call, clock);
            world.time().pass(world.latency());
            return answer;
        }
        Instant from = world.time().instant();
        world.journal().injected(fault.kind().label());
        Journal.Trouble trouble = world.journal()
                .trouble(
                        life.of,
                        fault.kind().takesTime() ? Journal.Trouble.Cause.SLOW : Journal.Trouble.Cause.FAILING,
                        call.verb() + " " + fault.kind(),
                        from);
        try {
            return struck(call, clock, fault);
        } finally {
            trouble.to = world.time().instant();
        }
    }

    private Object struck(Call call, Instant clock, Fault fault) throws Throwable {
        WorldTime time = world.time();
        long wait = fault.time().toNanos();
        long limit = limit(call).toNanos();
        time.pass(world.latency());
        switch (fault.kind()) {
            case FAILED:
                throw new StoreException(call.verb() + " failed");
            case CUT:
                written(call, clock);
                time.pass(world.latency());
                throw new StoreException(call.verb() + ": the answer got lost");
            case DELAYED:
                time.pass(Math.min(wait, limit));
                if (wait >= limit) {
                    throw new StoreException(call.verb() + " took too long");
                }
                return written(call, clock);
            case ANSWERED_LATE:
                Object late = written(call, clock);
                time.pass(Math.min(wait, limit));
                if (wait >= limit) {
                    throw new StoreException(call.verb() + ": the answer took too long");
                }
                return late;
            case REORDERED:
                arriveLater(call, clock, wait);
                throw new StoreException(call.verb() + " did not answer");
            case DUPLICATED:
                Object first = written(call, clock);
                arriveLater(call, clock, wait);
                return first;
            case DIES_BEFORE:
                world.end(life);
                throw new Crashed();
            case DIES_AFTER:
                written(call, clock);
                world.end(life);
                throw new Crashed();
        }
        throw new AssertionError(fault);
    }

    private Object written(Call call, Instant clock) throws Throwable {
        WorldTime.checkAlive(life.process);
        return reached(call, clock);
    }

    private Object reached(Call call, Instant clock) throws Throwable {
        world.calledBy(life, clock);
        return call.proceed();
    }

    private void arriveLater(Call call, Instant clock, long wait) {
        Journal.Trouble trouble = world.journal()
                .trouble(
                        life.of,
                        Journal.Trouble.Cause.FAILING,
                        call.verb() + " on its way",
                        world.time().instant());
        trouble.to = world.time().instant().plusNanos(wait);
        if (call.verb().equals("read")) {
            return; // what it reads would be heard by nobody
        }
        world.time().after(wait, () -> {
            try {
                reached(call, clock);
            } catch (Throwable e) {
                throw new AssertionError(call.verb() + " that arrived late failed", e);
            }
        });
    }

    private static Duration limit(Call call) {
        CallLimit limit = call.find(CallLimit.class);
        DueQuery query = call.find(DueQuery.class);
        return query != null ? query.callLimit().remaining() : limit != null ? limit.remaining() : WITHOUT_LIMIT;
    }
}
