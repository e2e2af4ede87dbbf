package dev.heartbeat.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The JVM's own pace. */
class SystemPace implements Pace {
    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Condition condition(ReentrantLock lock) {
        return lock.newCondition();
    }

    @Override
    public Timer timer(String prefix, int threads) {
        return new ThreadTimer(prefix, threads);
    }

    @Override
    public boolean isSimulated() {
        return false;
    }
}
