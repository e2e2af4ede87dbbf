package dev.heartbeat.inmemory.kit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets a first writer that has looked be overtaken by another one before it writes. The thread that made this works alone
 * at first, and waits for nobody.
 */
final class Overtaking {
    private static final long BOUND_SECONDS = 20;

    private final Thread alone = Thread.currentThread();
    private final CountDownLatch looked = new CountDownLatch(1);
    private final CountDownLatch overtaken = new CountDownLatch(1);

    /** Called between looking and writing: waits for the other one to have written. */
    void letItHappen() {
        if (Thread.currentThread() != alone) {
            looked.countDown();
            await(overtaken);
        }
    }

    /** Writes as soon as somebody has looked. */
    <T> T overtake(Supplier<T> write) {
        if (Thread.currentThread() == alone) {
            return write.get();
        }
        await(looked);
        T written = write.get();
        overtaken.countDown();
        return written;
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the other thread has not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while another thread worked", e);
        }
    }
}
