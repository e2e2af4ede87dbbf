package dev.heartbeat.engine;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;

/** Makes the random parts of tokens and ids, which nobody can guess. Drawn in blocks, since a draw for each is slow. */
final class Tokens {
    private static final int BYTES = 12;
    private static final int BLOCK = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final SecureRandom random = new SecureRandom();
    private final byte[] block = new byte[BYTES * BLOCK];
    private int used = block.length;

    String next() {
        lock.lock();
        try {
            if (used == block.length) {
                random.nextBytes(block);
                used = 0;
            }
            used += BYTES;
            return HexFormat.of().formatHex(block, used - BYTES, used);
        } finally {
            lock.unlock();
        }
    }
}
