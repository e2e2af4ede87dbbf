/** A store as its author would write it: {@link dev.heartbeat.examples.store.MapStore}, to be read beside the contract. */
@NullMarked
package dev.heartbeat.examples.store;

import org.jspecify.annotations.NullMarked;
