/**
 * What to run and when: {@link dev.heartbeat.schedule.Schedule} is the entry type. For everybody who defines schedules.
 * All types are immutable and safe to share between threads.
 */
@NullMarked
package dev.heartbeat.schedule;

import org.jspecify.annotations.NullMarked;
