/** Small programs that show how Heartbeat is used; {@link dev.heartbeat.examples.FiveMinuteTour} is the first to read. */
@NullMarked
package dev.heartbeat.examples;

import org.jspecify.annotations.NullMarked;
