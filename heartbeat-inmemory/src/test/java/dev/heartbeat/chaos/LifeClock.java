package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Crew.Worker;
import dev.heartbeat.engine.Pace;
import dev.heartbeat.engine.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The clock of one life of an instance, which may be wrong, with its threads and timers, which end with it. */
final class LifeClock implements InstantSource, Pace, Executor {
    private final WorldTime time;
    private final WorldTime.Program process;
    private Duration skew;

    LifeClock(WorldTime time, WorldTime.Program process, Duration skew) {
        this.time = time;
        this.process = process;
        this.skew = skew;
    }

    Duration skew() {
        return skew;
    }

    void step(Duration to) {
        skew = to;
    }

    @Override
    public Instant instant() {
        return time.instant().plus(skew);
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public boolean isSimulated() {
        return true;
    }

    @Override
    public void execute(Runnable work) {
        time.start(process, 0, work);
    }

    @Override
    public Timer timer(String prefix, int threads) {
        return new Timer() {
            private boolean closed;

            @Override
            public Call after(long nanos, Runnable work) {
                if (closed) {
                    return null;
                }
                WorldTime.Event event = time.start(process, nanos, () -> {
                    if (!closed) {
                        work.run();
                    }
                });
                return event::cancel;
            }

            @Override
            public void aside(Runnable work) {
                time.start(process, 0, work);
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }

    @Override
    public Condition condition(ReentrantLock lock) {
        return new Waiting(lock);
    }

    /** A condition whose waits pass the time of the world. The engine waits with a limit only. */
    private final class Waiting implements Condition {
        private final ReentrantLock lock;
        private final List<Worker> waiting = new ArrayList<>();

        Waiting(ReentrantLock lock) {
            this.lock = lock;
        }

        @Override
        public long awaitNanos(long nanos) {
            long until = time.nanos() + Math.min(nanos, Long.MAX_VALUE - time.nanos());
            Worker self = Worker.self();
            waiting.add(self);
            lock.unlock();
            try {
                time.await(self, until);
            } finally {
                lock.lock();
                waiting.remove(self);
            }
            return until - time.nanos();
        }

        @Override
        public void signal() {
            if (!waiting.isEmpty()) {
                time.wake(waiting.remove(0));
            }
        }

        @Override
        public void signalAll() {
            waiting.forEach(time::wake);
        }

        @Override
        public void await() {
            throw unlimited();
        }

        @Override
        public void awaitUninterruptibly() {
            throw unlimited();
        }

        @Override
        public boolean await(long amount, TimeUnit unit) {
            throw unlimited();
        }

        @Override
        public boolean awaitUntil(Date deadline) {
            throw unlimited();
        }

        private UnsupportedOperationException unlimited() {
            return new UnsupportedOperationException("a world waits for nanoseconds");
        }
    }
}
