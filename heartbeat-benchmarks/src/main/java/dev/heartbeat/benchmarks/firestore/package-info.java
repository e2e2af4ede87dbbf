/** Throughput through Firestore's emulator. Apart from the other benchmarks, for it needs the emulator. */
@NullMarked
package dev.heartbeat.benchmarks.firestore;

import org.jspecify.annotations.NullMarked;
