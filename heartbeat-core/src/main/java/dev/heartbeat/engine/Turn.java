package dev.heartbeat.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread in at a time. The others wait by the pace, so that a simulated store may take its time. */
final class Turn {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition given;
    private boolean taken;

    Turn(Pace pace) {
        given = pace.condition(lock);
    }

    /** Takes the turn if nobody has it. */
    boolean tryTake() {
        lock.lock();
        try {
            boolean free = !taken;
            taken = true;
            return free;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the turn, waiting for it no longer than that. Returns whether it was taken. */
    boolean take(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (taken && left > 0) {
                left = given.awaitNanos(left);
            }
            boolean free = !taken;
            taken = true;
            return free;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the turn on; called by whoever has it. */
    void give() {
        lock.lock();
        try {
            taken = false;
            given.signal();
        } finally {
            lock.unlock();
        }
    }
}
