/**
 * Everything in this process and gone with it. {@link dev.heartbeat.inmemory.InMemoryHeartbeatStore} is for unit tests,
 * together with {@link dev.heartbeat.inmemory.SettableClock}, and for single processes whose history need not outlive them;
 * {@link dev.heartbeat.inmemory.Simulation} runs schedules through days or years in moments.
 */
@NullMarked
package dev.heartbeat.inmemory;

import org.jspecify.annotations.NullMarked;
