/**
 * Tells people when the platform is unwell, and when it is well again: rules on the health, sinks that send, and one memory
 * in the store, so that of many instances one sends. {@link dev.heartbeat.alert.Alerts} is the entry type.
 */
@NullMarked
package dev.heartbeat.alert;

import org.jspecify.annotations.NullMarked;
