/**
 * Cron dialects beside the core's own, and cron in words: {@link dev.heartbeat.cronutils.CronDialect} is the entry type,
 * {@link dev.heartbeat.cronutils.CronDescriptions} says a timing in words. For those who bring expressions from Quartz,
 * Spring or cron4j, and for consoles and dashboards. All types are immutable and safe to share between threads.
 */
@NullMarked
package dev.heartbeat.cronutils;

import org.jspecify.annotations.NullMarked;
