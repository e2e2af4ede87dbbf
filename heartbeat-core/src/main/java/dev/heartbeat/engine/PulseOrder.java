package dev.heartbeat.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a pulse is ordered.
 *
 * @param source who sends it
 * @param budget the time it may take, or null for the heartbeat's own
 * @param awaitRuns whether it answers only when its runs are done
 * @param wake whether the ticker sends it between two beats: then an idle one leaves no trace
 */
public record PulseOrder(String source, @Nullable Duration budget, boolean awaitRuns, boolean wake) {}
