/**
 * The facade: {@link dev.heartbeat.Heartbeat} is the entry type. Build one over a store, register tasks, define
 * schedules, and let pulses come. Unless it says otherwise, a type here is immutable and thread-safe.
 */
@NullMarked
package dev.heartbeat;

import org.jspecify.annotations.NullMarked;
