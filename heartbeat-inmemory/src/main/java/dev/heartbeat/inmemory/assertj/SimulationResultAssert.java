package dev.heartbeat.inmemory.assertj;

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

    /** Checks that there was a pulse, and that the platform was alive after each, before the next, and at the end. */
    public SimulationResultAssert stayedAlive() {
        isNotNull();
        if (actual.pulses().isEmpty()) {
            failWithMessage("Expected the platform to stay ALIVE, but there was no pulse");
        }
        actual.statuses().forEach((at, status) -> {
            if (status != PulseStatus.ALIVE) {
                failWithMessage("Expected the platform to stay ALIVE, but at %s it was %s", at, status);
            }
        });
        return this;
    }
}
