package dev.heartbeat.chaos;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
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

    /**
     * The settings of heartbeats.
     *
     * @param latency the longest time that a healthy store call takes, each way
     */
    record Settings(Duration interval, Duration budget, Duration lease, int parallelism, Duration latency) {
        Settings ofJanitor() {
            return new Settings(interval, Duration.ofSeconds(60), lease, 100, latency);
        }
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
            List<Behaviour> calls) {
        static final String TASK = "task-of-";

        Schedule definition(Instant start) {
            Schedule.Builder builder = Schedule.builder(id, cron, TASK + id)
                    .zone(ZoneId.of(zone))
                    .dst(dst)
                    .retry(Retry.attempts(maxAttempts).backoff(backoff, backoff.multipliedBy(4)))
                    .timeout(timeout)
                    .priority(priority)
                    .queue(queue)
                    .notBefore(notBefore == null ? null : start.plus(notBefore))
                    .notAfter(notAfter == null ? null : start.plus(notAfter));
            return (origin == Origin.FIRST_PULSE ? builder.runAtFirstPulse() : builder).build();
        }

        @Override
        public String toString() {
            return id + " '" + cron + "' " + zone + " " + dst + ", " + maxAttempts + " attempts, backoff " + backoff
                    + ", timeout " + timeout + ", " + priority + ", " + origin
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
