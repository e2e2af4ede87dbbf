package dev.heartbeat.inmemory.kit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The gap between looking and writing, held open until two threads have looked. The thread that made it works alone at
 * first, and waits for nobody.
 */
final class Gap {
    private static final long BOUND_SECONDS = 20;

    private final Thread alone = Thread.currentThread();
    private final CountDownLatch looked = new CountDownLatch(2);

    void letAnotherLook() {
        if (Thread.currentThread() == alone) {
            return;
        }
        looked.countDown();
        try {
            if (!looked.await(BOUND_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no other thread has come to look");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while another thread looked", e);
        }
    }
}
