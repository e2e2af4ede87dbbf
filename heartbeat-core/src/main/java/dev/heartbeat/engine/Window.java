package dev.heartbeat.engine;

import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The time after each fire of a schedule in which it starts at a slot of its own, so that schedules which fire together do
 * not start together; pure. The slot is drawn from the id alone: it does not move from one pulse to the next.
 *
 * @param length how long after its fire time a fire may start; zero for at once. The next fire of the timing ends it earlier
 * @param nextPulse when the schedule is looked at again; {@link Instant#MIN} if that is whenever it has to be
 */
record Window(Duration length, Instant nextPulse) {
    static final Window NONE = new Window(Duration.ZERO, Instant.MIN);

    /**
     * Returns when the next pulse is expected that comes from outside: after an interval, or after as long as the one before
     * was ago, for sources that come more rarely than they should.
     *
     * @param before the time of the pulse before; null if there was none
     */
    static Instant nextPulse(Instant now, @Nullable Instant before, Duration interval) {
        Duration gap = before == null || before.isAfter(now) ? Duration.ZERO : Duration.between(before, now);
        return now.plus(gap.compareTo(interval) > 0 ? gap : interval);
    }

    /** Returns the end of the window of a fire. */
    Instant end(Schedule schedule, Instant fire) {
        if (length.isZero()) {
            return fire;
        }
        Instant end = fire.plus(length);
        return schedule.nextFire(fire).filter(end::isAfter).orElse(end);
    }

    /** Returns when a fire starts, if a pulse comes then. */
    Instant slot(Schedule schedule, Instant fire) {
        if (length.isZero()) {
            return fire;
        }
        double share = new SplittableRandom(schedule.id().hashCode()).nextDouble();
        long seconds = Duration.between(fire, end(schedule, fire)).toSeconds();
        return fire.plusSeconds((long) (share * seconds));
    }

    /** Tells whether a fire waits for its slot: unless no pulse is expected from then on before its window ends. */
    boolean holdsBack(Schedule schedule, Instant fire, Instant now) {
        return now.isBefore(slot(schedule, fire)) && nextPulse.isBefore(end(schedule, fire));
    }
}
