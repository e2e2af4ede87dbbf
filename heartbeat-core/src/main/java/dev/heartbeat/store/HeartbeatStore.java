package dev.heartbeat.store;

/**
 * Where schedules, claims, the heartbeat and history are kept: the four roles in one. An implementation is thread-safe,
 * holds no rule of its own, and passes the conformance kit of {@code heartbeat-tck}. The engine never closes it.
 */
public interface HeartbeatStore extends ClaimStore, ScheduleStore, PulseStore, StateStore {}
