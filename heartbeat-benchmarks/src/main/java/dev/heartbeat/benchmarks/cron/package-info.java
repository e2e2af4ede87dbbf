/** Cron engines side by side, by JMH. */
@NullMarked
package dev.heartbeat.benchmarks.cron;

import org.jspecify.annotations.NullMarked;
