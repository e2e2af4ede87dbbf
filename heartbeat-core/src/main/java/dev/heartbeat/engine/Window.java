package dev.heartbeat.engine;

import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * The time after each fire of a schedule in which it starts at a slot of its own, so that schedules which fire together do
 * not start together; pure. The slot is drawn from the id alone: it does not move from one pulse to the next.
 *
 * @param length how long after its fire time a fire may start; zero for at once. The next fire of the timing ends it earlier
 * @param nextPulse when the schedule is looked at again; {@link Instant#MIN} if that is whenever it has to be
 */
record Window(Duration length, Instant nextPulse) {
    static final Window NONE = new Window(Duration.ZERO, Instant.MIN);

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
