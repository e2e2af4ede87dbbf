package dev.heartbeat.chaos;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.task.Breaker;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * All that will be done to a world, decided beforehand, so that it can be played again and made smaller.
 *
 * @param seed what it was made from, and the source of what is left to chance
 * @param start the true time at its start
 * @param settings of all heartbeats
 * @param instances who works on the store
 * @param schedules what the store holds
 * @param acts what is done to them, in the order of time
 * @param trouble how long things are done; nothing goes wrong after it
 * @param calm how long a healthy instance cleans up afterwards
 */
record Plan(
        long seed,
        Instant start,
        Settings settings,
        List<InstanceSpec> instances,
        List<ScheduleSpec> schedules,
        List<Act> acts,
        Duration trouble,
        Duration calm) {
    /** The healthy instance that pulses in the calm. */
    static final String JANITOR = "janitor";
    /** The queue that may be limited and paused. */
    static final String QUEUE = "browser";

    /**
     * The settings of heartbeats.
     *
     * @param latency the longest time that a healthy store call takes, each way
     * @param limits what holds runs back
     */
    record Settings(
            Duration interval, Duration budget, Duration lease, int parallelism, Duration latency, Limits limits) {
        Settings(Duration interval, Duration budget, Duration lease, int parallelism, Duration latency) {
            this(interval, budget, lease, parallelism, latency, Limits.NONE);
        }

        Settings ofJanitor() {
            return new Settings(interval, Duration.ofSeconds(60), lease, 100, latency, limits);
        }

        /** Returns after how long a pulse counts as late, and a fire as too old for {@link CatchUp#skip()}. */
        Duration staleAfter() {
            return interval.multipliedBy(3).dividedBy(2);
        }
    }

    /**
     * What holds runs back.
     *
     * @param breaker of the task {@link #GUARDED}
     * @param task how many runs of the task {@link #LIMITED} one instance may have at work
     * @param queue how many runs of {@link Plan#QUEUE} one instance may have at work
     */
    record Limits(Breaker breaker, int task, int queue) {
        /** The name of a task with a breaker, which schedules may share. */
        static final String GUARDED = "guarded";
        /** The name of a task with a limit, which schedules may share. */
        static final String LIMITED = "limited";

        static final Limits NONE = new Limits(new Breaker(1_000, Duration.ofSeconds(1)), 10_000, 10_000);
    }

    /**
     * An instance.
     *
     * @param skew how far its clock is ahead
     * @param ticker whether it has the resident ticker
     * @param lacks the name of a task that it does not know; empty for none
     */
    record InstanceSpec(String name, Duration skew, boolean ticker, String lacks) {}

    /** How a schedule comes into the store. */
    enum Origin {
        /** Defined in code. */
        DEFINED,
        /** Defined in code, with a run at the first pulse. */
        FIRST_PULSE,
        /** Written by hand, without a lastRun. */
        BY_HAND
    }

    /**
     * A schedule.
     *
     * @param queue its queue, or null
     * @param notBefore its beginning after the start of the world, or null
     * @param notAfter its end after the start of the world, or null
     * @param task the name of its task
     * @param circuit its circuit, or null for that of its task
     * @param catchUp what becomes of its late fires
     * @param calls what its task does, call by call, and from the first again
     */
    record ScheduleSpec(
            String id,
            String cron,
            String zone,
            DstPolicy dst,
            int maxAttempts,
            Duration backoff,
            Duration timeout,
            Priority priority,
            String queue,
            Duration notBefore,
            Duration notAfter,
            Origin origin,
            String task,
            String circuit,
            CatchUp catchUp,
            List<Behaviour> calls) {
        /** The name of a task that one schedule has for itself begins with it. */
        static final String TASK = "task-of-";

        /** A schedule with a task of its own, of whose late fires the latest one runs. */
        ScheduleSpec(
                String id,
                String cron,
                String zone,
                DstPolicy dst,
                int maxAttempts,
                Duration backoff,
                Duration timeout,
                Priority priority,
                String queue,
                Duration notBefore,
                Duration notAfter,
                Origin origin,
                List<Behaviour> calls) {
            this(
                    id,
                    cron,
                    zone,
                    dst,
                    maxAttempts,
                    backoff,
                    timeout,
                    priority,
                    queue,
                    notBefore,
                    notAfter,
                    origin,
                    TASK + id,
                    null,
                    CatchUp.once(),
                    calls);
        }

        /** Returns the circuit that holds it back when it is open; null if its task has no breaker. */
        String breaker() {
            return !task.equals(Limits.GUARDED) ? null : circuit == null ? task : circuit;
        }

        Schedule definition(Instant start) {
            Schedule.Builder builder = Schedule.builder(id, cron, task)
                    .zone(ZoneId.of(zone))
                    .dst(dst)
                    .retry(Retry.attempts(maxAttempts).backoff(backoff, backoff.multipliedBy(4)))
                    .timeout(timeout)
                    .priority(priority)
                    .queue(queue)
                    .circuit(circuit)
                    .catchUp(catchUp)
                    .notBefore(notBefore == null ? null : start.plus(notBefore))
                    .notAfter(notAfter == null ? null : start.plus(notAfter));
            return (origin == Origin.FIRST_PULSE ? builder.runAtFirstPulse() : builder).build();
        }

        @Override
        public String toString() {
            return id + " '" + cron + "' " + zone + " " + dst + ", " + maxAttempts + " attempts, backoff " + backoff
                    + ", timeout " + timeout + ", " + priority + ", " + origin
                    + (queue == null ? "" : ", queue " + queue)
                    + (task.equals(TASK + id) ? "" : ", task " + task)
                    + (circuit == null ? "" : ", circuit " + circuit)
                    + (catchUp.equals(CatchUp.once()) ? "" : ", " + catchUp)
                    + (notBefore == null ? "" : ", not before " + notBefore)
                    + (notAfter == null ? "" : ", not after " + notAfter) + ", calls " + calls;
        }
    }

    /** Something that is done at a time after the start. */
    record Act(Duration at, Deed deed) {
        @Override
        public String toString() {
            return clock(at) + " " + deed;
        }
    }

    Plan with(List<InstanceSpec> someInstances, List<ScheduleSpec> someSchedules, List<Act> someActs) {
        return new Plan(seed, start, settings, someInstances, someSchedules, someActs, trouble, calm);
    }

    static String clock(Duration time) {
        if (time.isNegative()) {
            return "-" + clock(time.negated());
        }
        long millis = time.toMillis();
        return String.format(
                "%02d:%02d:%02d.%03d", millis / 3_600_000, millis / 60_000 % 60, millis / 1_000 % 60, millis % 1_000);
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add("starts " + start + ", goes on for " + trouble + ", " + settings);
        instances.forEach(instance -> lines.add(instance.toString()));
        schedules.forEach(schedule -> lines.add("schedule " + schedule));
        acts.forEach(act -> lines.add(act.toString()));
        return String.join("\n    ", lines);
    }
}
