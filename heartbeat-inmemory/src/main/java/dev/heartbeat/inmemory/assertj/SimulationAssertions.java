package dev.heartbeat.inmemory.assertj;

import dev.heartbeat.inmemory.Fire;
import dev.heartbeat.inmemory.SimulationResult;
import java.util.List;
import org.assertj.core.annotation.CheckReturnValue;

/** Starts assertions about simulations. Thread-safe; the assertions are not. */
public final class SimulationAssertions {
    private SimulationAssertions() {}

    /** Starts assertions about what a simulation has seen. */
    @CheckReturnValue
    public static SimulationResultAssert assertThat(SimulationResult result) {
        return new SimulationResultAssert(result);
    }

    /** Starts assertions about some fires. */
    @CheckReturnValue
    public static FiresAssert assertThatFires(List<Fire> fires) {
        return new FiresAssert(fires);
    }
}
