/**
 * What the past says of the days to come: {@link dev.heartbeat.insight.Insight} is the report, made of the ledger and the
 * history of pulses by plain robust statistics. Nothing here is needed by a pulse. A type here is immutable and
 * thread-safe.
 */
@NullMarked
package dev.heartbeat.insight;

import org.jspecify.annotations.NullMarked;
