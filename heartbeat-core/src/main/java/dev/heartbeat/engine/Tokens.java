package dev.heartbeat.engine;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;

/** Makes the random parts of tokens and ids, which nobody can guess. Drawn in blocks, since a draw for each is slow. */
final class Tokens {
    private static final int BLOCK = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final SecureRandom random = new SecureRandom();
    private final byte[] block = new byte[Long.BYTES * BLOCK];
    private final ByteBuffer rest = ByteBuffer.wrap(block).limit(0);

    /** Returns 16 hexadecimal digits: 64 bits, too many to guess one that is in force for minutes. */
    String next() {
        long drawn;
        lock.lock();
        try {
            if (!rest.hasRemaining()) {
                random.nextBytes(block);
                rest.clear();
            }
            drawn = rest.getLong();
        } finally {
            lock.unlock();
        }
        return HexFormat.of().toHexDigits(drawn);
    }
}
