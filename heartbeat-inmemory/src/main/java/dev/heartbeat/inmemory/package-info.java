/**
 * Everything in this process and gone with it: {@link dev.heartbeat.inmemory.InMemoryHeartbeatStore} is the entry type.
 * For unit tests, together with {@link dev.heartbeat.inmemory.SettableClock}, and for single processes whose history need
 * not outlive them.
 */
@NullMarked
package dev.heartbeat.inmemory;

import org.jspecify.annotations.NullMarked;
