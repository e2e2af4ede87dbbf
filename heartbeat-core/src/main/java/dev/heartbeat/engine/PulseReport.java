package dev.heartbeat.engine;

import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PulseRecord;
import java.util.Optional;

/**
 * What a pulse answers.
 *
 * @param pulse the pulse with all details
 * @param heartbeat the record after it; empty only before the first one
 * @param status the public face after it
 * @param busy whether another pulse was under way and this one did nothing
 */
public record PulseReport(PulseRecord pulse, Optional<HeartbeatRecord> heartbeat, PulseStatus status, boolean busy) {}
