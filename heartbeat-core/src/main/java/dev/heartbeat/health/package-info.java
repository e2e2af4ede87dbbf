/**
 * How the platform is: {@link dev.heartbeat.health.Health} is the answer, {@link dev.heartbeat.health.StatusRule} the
 * one rule behind it. For everybody who shows or watches the heartbeat. Unless it says otherwise, a type here is immutable
 * and thread-safe.
 */
@NullMarked
package dev.heartbeat.health;

import org.jspecify.annotations.NullMarked;
