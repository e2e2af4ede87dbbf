/**
 * The conformance kit: {@link dev.heartbeat.tck.HeartbeatStoreKit} is the entry type. For authors of stores, who extend
 * it in a test; whatever passes may be handed to a heartbeat.
 */
@NullMarked
package dev.heartbeat.tck;

import org.jspecify.annotations.NullMarked;
