/**
 * When something is to happen: {@link dev.heartbeat.cron.Timing} is the entry type, {@link
 * dev.heartbeat.cron.CronExpression} the cron engine behind it and {@link dev.heartbeat.cron.DstPolicy} the rule for
 * days on which the clocks change. For everybody who writes a schedule or asks when it fires. Nothing here reads a
 * clock, and all types are immutable and safe to share between threads.
 */
@NullMarked
package dev.heartbeat.cron;

import org.jspecify.annotations.NullMarked;
