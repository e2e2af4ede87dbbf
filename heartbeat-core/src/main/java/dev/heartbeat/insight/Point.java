package dev.heartbeat.insight;

import java.time.Instant;

/** A value and when it was so. */
record Point(Instant at, double value) {}
