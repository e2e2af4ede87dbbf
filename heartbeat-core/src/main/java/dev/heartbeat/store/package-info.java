/**
 * The contract between the engine and a store: {@link dev.heartbeat.store.HeartbeatStore} is the entry type. For authors
 * of stores and for readers of history; users who only define schedules and tasks need nothing here but a store to pass
 * to the builder. A store keeps documents and compares versions; every rule (what is due, what a retry is, how beats
 * merge) lives in the core, so that all stores behave alike. The conformance kit of {@code heartbeat-tck} proves one.
 *
 * <p>Unless it says otherwise, a type here is immutable and thread-safe; the roles of a store are called by many threads at
 * once.
 */
@NullMarked
package dev.heartbeat.store;

import org.jspecify.annotations.NullMarked;
