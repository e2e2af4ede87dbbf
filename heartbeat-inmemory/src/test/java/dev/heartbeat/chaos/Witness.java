package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Intercepted.Call;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Stands right in front of the store under test and notes which writes it took. */
final class Witness implements Intercepted.Around {
    private final World world;
    private final HeartbeatStore real;
    private Life caller;
    private Instant callersClock;

    Witness(World world, HeartbeatStore real) {
        this.world = world;
        this.real = real;
    }

    /**
     * The next call is of a life.
     *
     * @param clock what its clock showed when it sent the call
     */
    void calledBy(Life life, Instant clock) {
        caller = life;
        callersClock = clock;
    }

    @Override
    public Object call(Call call) throws Throwable {
        Instant now = world.time().instant();
        switch (call.verb()) {
            case "claim":
                return claimed(call, now);
            case "renew": // the engine keeps its claims in no order; the world must have one
                return renewed(
                        call.proceed(
                                sorted(call.arguments()[0], each -> ((Renewal) each).token()),
                                call.arguments()[1],
                                call.arguments()[2]),
                        !call.find(Duration.class).isZero(),
                        now);
            case "release":
                return released(
                        call.proceed(sorted(call.arguments()[0], RunToken.class::cast), call.arguments()[1]), now);
            case "record":
                return recorded(call, now);
            case "saveHeartbeat":
                Object saved = call.proceed();
                if (saved.equals(true)) {
                    StoredHeartbeat stands = real.heartbeat(World.LIMIT).orElseThrow();
                    world.journal()
                            .beats
                            .add(new Journal.BeatWritten(now, caller.of, callersClock, stands.heartbeat()));
                }
                return saved;
            case "edit":
                return edited(call, now);
            case "read":
                ((Collection<?>) call.arguments()[0])
                        .forEach(key -> world.journal().read(caller.of, (StateKey) key, now));
                return call.proceed();
            case "compareAndSet":
                return written(call, now);
            default:
                return call.proceed();
        }
    }

    /** A word that the pending fire is to end is the only edit that instances make. */
    private Object edited(Call call, Instant now) throws Throwable {
        ScheduleEdit edit = call.find(ScheduleEdit.class);
        Optional<PendingFire> before =
                real.schedule(edit.id()).map(StoredSchedule::state).map(state -> state.pending());
        written(edit.id(), now);
        Object version = call.proceed();
        if (edit.cancel() && ((Optional<?>) version).isPresent()) {
            before.ifPresent(fire -> world.journal().calledOff.add(new Journal.CalledOff(now, edit.id(), fire.key())));
        }
        return version;
    }

    private Object written(Call call, Instant now) throws Throwable {
        Object lost = call.proceed();
        for (Object each : (Collection<?>) call.arguments()[0]) {
            StateCell cell = (StateCell) each;
            if (cell.key().kind().equals("breaker") && !((List<?>) lost).contains(cell.key())) {
                world.journal()
                        .circuits
                        .computeIfAbsent(cell.key().name(), name -> new ArrayList<>())
                        .add(circuit(cell.value(), now));
            }
        }
        return lost;
    }

    private Journal.CircuitWritten circuit(Map<String, Object> value, Instant now) {
        Map<?, ?> probe = value.get("probe") instanceof Map<?, ?> map ? map : Map.of();
        return new Journal.CircuitWritten(
                now,
                caller.of,
                (Instant) value.get("openUntil"),
                (String) probe.get("schedule"),
                (String) probe.get("pulse"),
                (Instant) probe.get("until"));
    }

    private static List<Object> sorted(Object sent, Function<Object, RunToken> token) {
        List<Object> sorted = new ArrayList<>((List<?>) sent);
        sorted.sort(Comparator.comparing(
                token, Comparator.comparing(RunToken::scheduleId).thenComparing(RunToken::fireKey)));
        return sorted;
    }

    private void written(String schedule, Instant now) {
        world.journal().written(schedule, now);
    }

    private Object claimed(Call call, Instant now) throws Throwable {
        ((List<?>) call.arguments()[0]).forEach(asked -> written(((ClaimRequest) asked).scheduleId(), now));
        Object won = call.proceed();
        for (Object claim : (List<?>) won) {
            for (Object request : (List<?>) call.arguments()[0]) {
                ClaimRequest asked = (ClaimRequest) request;
                if (asked.token().equals(((Claim) claim).token())) {
                    world.journal().claims.putIfAbsent(asked.token(), new ClaimWritten(caller.of, asked, now));
                }
            }
        }
        return won;
    }

    private Object renewed(Object held, boolean moved, Instant now) {
        for (Object claim : (List<?>) held) {
            ClaimWritten written = world.journal().claims.get(((Claim) claim).token());
            written(((Claim) claim).scheduleId(), now);
            if (written != null && moved) {
                written.renewed(now);
            }
        }
        return held;
    }

    private Object released(Object released, Instant now) {
        for (Object token : (List<?>) released) {
            written(((RunToken) token).scheduleId(), now);
            ClaimWritten written = world.journal().claims.get(token);
            if (written != null && written.releasedAt == null) {
                written.releasedAt = now;
            }
        }
        return released;
    }

    private Object recorded(Call call, Instant now) throws Throwable {
        Object refused = call.proceed();
        for (Object request : (List<?>) call.arguments()[0]) {
            RecordRequest asked = (RecordRequest) request;
            written(asked.token().scheduleId(), now);
            ClaimWritten written = world.journal().claims.get(asked.token());
            if (written == null || written.recordedAt != null || ((List<?>) refused).contains(asked.token())) {
                continue;
            }
            if (asked.completeWithin() != null) {
                written.accepted(now, asked.completeWithin());
            } else {
                written.recorded(now, caller.of, asked.run());
            }
        }
        return refused;
    }
}
