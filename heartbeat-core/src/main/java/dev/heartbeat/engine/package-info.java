/**
 * The flow of a pulse: find, decide, plan, claim, run, record, close. {@link dev.heartbeat.engine.Engine} is the entry
 * type. Not exported: its only user is the facade. Classes named {@code ...Rule} are pure: they take {@code now} and
 * values and return values; every other class does I/O or keeps threads.
 */
@NullMarked
package dev.heartbeat.engine;

import org.jspecify.annotations.NullMarked;
