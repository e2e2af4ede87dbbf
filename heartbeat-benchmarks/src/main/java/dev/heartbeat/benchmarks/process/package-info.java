/** Schedulers side by side, each measurement in a JVM of its own. */
@NullMarked
package dev.heartbeat.benchmarks.process;

import org.jspecify.annotations.NullMarked;
