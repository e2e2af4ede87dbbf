package dev.heartbeat.inmemory.assertj;

import dev.heartbeat.Pulse;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.SimulationResult;
import org.assertj.core.api.AbstractAssert;

/** Assertions about what a simulation has seen. Not thread-safe. */
public final class SimulationResultAssert extends AbstractAssert<SimulationResultAssert, SimulationResult> {
    SimulationResultAssert(SimulationResult actual) {
        super(actual, SimulationResultAssert.class);
    }

    /**
     * Goes on with the fires of a schedule.
     *
     * @throws IllegalArgumentException if no such schedule was simulated
     */
    public FiresAssert firesOf(String scheduleId) {
        isNotNull();
        return new FiresAssert(actual.firesOf(scheduleId)).as("fires of schedule '%s'", scheduleId);
    }

    /** Goes on with the fires of all schedules. */
    public FiresAssert fires() {
        isNotNull();
        return new FiresAssert(actual.fires()).as("fires of all schedules");
    }

    /** Checks that the status after each pulse was alive. */
    public SimulationResultAssert stayedAlive() {
        isNotNull();
        for (Pulse pulse : actual.pulses()) {
            if (pulse.status() != PulseStatus.ALIVE) {
                failWithMessage(
                        "Expected every pulse to leave the platform ALIVE, but after the one at %s it was %s:%n  %s",
                        pulse.startedAt(), pulse.status(), pulse);
            }
        }
        return this;
    }
}
