/**
 * Fluent assertions about simulations, for those who have AssertJ:
 * {@link dev.heartbeat.inmemory.assertj.SimulationAssertions} is the entry type. AssertJ is optional; nothing else in this
 * module needs it.
 */
@NullMarked
package dev.heartbeat.inmemory.assertj;

import org.jspecify.annotations.NullMarked;
