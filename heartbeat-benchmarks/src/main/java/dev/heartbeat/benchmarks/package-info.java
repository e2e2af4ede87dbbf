/**
 * Heartbeat beside its peers, measured in one run: {@link dev.heartbeat.benchmarks.Benchmarks} is the entry type. What
 * takes nanoseconds is measured by JMH, what takes a process by processes of its own, the peers in turn.
 */
@NullMarked
package dev.heartbeat.benchmarks;

import org.jspecify.annotations.NullMarked;
