package dev.heartbeat.insight;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often pulses of one source come. Only the first one in each interval of the clock counts, so that instances that pulse
 * together, or somebody who sends a pulse twice, make no cadence of seconds.
 *
 * @param source who sends them
 * @param pulses how many are in the history
 * @param askedMs the interval that the heartbeat was built with, in milliseconds
 * @param medianGapMs the median time between two of them, in milliseconds; null below ten gaps
 * @param p95GapMs what 95 of 100 gaps do not exceed; null below ten gaps
 * @param suggestedStaleAfter one and a half times that, rounded up: the {@code staleAfter} under which this source alone
 *     would rarely turn the dot yellow; null below ten gaps
 */
public record SourceFigures(
        String source,
        int pulses,
        long askedMs,
        @Nullable Long medianGapMs,
        @Nullable Long p95GapMs,
        @Nullable Duration suggestedStaleAfter) {}
