package dev.heartbeat.insight;

import java.time.Instant;

/**
 * How much of the span was there to be read.
 *
 * @param since from when on everything is known: the start of the span, or the oldest that was read if the store keeps no
 *     more or the limit was reached
 * @param read how many were read
 * @param complete whether the limit left nothing out
 */
public record Extent(Instant since, int read, boolean complete) {}
