package dev.heartbeat.inmemory;

import dev.heartbeat.engine.Pace;
import dev.heartbeat.engine.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time of a simulation. It stands still while anybody works and jumps to the next event when all wait. One thread
 * works at a time: it has the turn, and gives it on only by waiting here; so what happens depends on the events alone, and
 * nothing here needs a lock. The thread that made it is the first one, the driver.
 */
final class SimulatedTime implements InstantSource, Pace, Executor, AutoCloseable {
    private final Instant start;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Actor> sleepers = new ArrayList<>();
    private final Deque<Worker> idle = new ArrayDeque<>();
    private final Actor driver = new Actor();
    private Actor current = driver;
    private Instant instant;
    private long now;
    private long made;
    private final List<Worker> workers = new ArrayList<>();
    private @Nullable Throwable failure;
    private volatile boolean broken;

    SimulatedTime(Instant start) {
        this.start = start;
        this.instant = start;
    }

    /** Who takes turns: a thread that works or waits. */
    private static class Actor {
        final Semaphore turn = new Semaphore(0);

        @Nullable
        Event wake;

        @Nullable
        BooleanSupplier cancelled;
    }

    /** What comes at an instant: somebody's turn, or a call. Events of one instant come in the order they were made. */
    private static final class Event implements Comparable<Event> {
        final long at;
        final long order;
        final @Nullable Actor actor;
        final Runnable work;
        boolean cancelled;

        Event(long at, long order, @Nullable Actor actor, Runnable work) {
            this.at = at;
            this.order = order;
            this.actor = actor;
            this.work = work;
        }

        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    @Override
    public Instant instant() {
        return instant;
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public boolean isSimulated() {
        return true;
    }

    /** Lets the time pass up to the instant; at once if it has passed. Called by the driver. */
    void passUntil(Instant until) {
        long at = Duration.between(start, until).toNanos();
        if (at > now) {
            await(at);
        }
    }

    /**
     * Keeps the caller busy for a while.
     *
     * @throws InterruptedException as soon as it is cancelled
     */
    void sleep(Duration duration, BooleanSupplier cancelled) throws InterruptedException {
        Actor self = current;
        self.cancelled = cancelled;
        sleepers.add(self);
        try {
            await(now + duration.toNanos());
        } finally {
            sleepers.remove(self);
            self.cancelled = null;
        }
        if (cancelled.getAsBoolean()) {
            throw new InterruptedException("cancelled");
        }
    }

    /** Gives the turn on until the time has come, or somebody wakes the caller. */
    private void await(long until) {
        if (broken) {
            throw new IllegalStateException("simulation: interrupted");
        }
        Actor self = current;
        wake(self, until);
        if (giveTurnTo(self)) {
            take(self);
        }
        Throwable defect = failure;
        if (defect != null && self == driver) {
            failure = null;
            throw new IllegalStateException("the simulation broke at " + instant + ": " + defect, defect);
        }
    }

    /** Waits for the turn; the driver not longer than its thread may wait. */
    private void take(Actor self) {
        if (self != driver) {
            self.turn.acquireUninterruptibly();
            if (broken) {
                throw new IllegalStateException("simulation: over");
            }
            return;
        }
        try {
            self.turn.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broken = true; // somebody else still has the turn, and nothing can go on
            throw new IllegalStateException("simulation: interrupted while a task worked at " + instant, e);
        }
    }

    /** Makes what comes happen until it is somebody's turn. Returns whether that is another one than the caller. */
    private boolean giveTurnTo(@Nullable Actor self) {
        while (true) {
            wakeCancelled();
            Event next = events.remove();
            if (next.cancelled) {
                continue;
            }
            advance(next.at);
            Actor actor = next.actor;
            if (actor == null) {
                guarded(next.work);
                continue;
            }
            actor.wake = null;
            if (actor == self) {
                return false;
            }
            current = actor;
            actor.turn.release();
            return true;
        }
    }

    private void advance(long to) {
        if (to > now) {
            now = to;
            instant = start.plusNanos(to);
        }
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) { // whoever waits here has nothing to do with it; the driver throws it
            failure = failure == null ? e : failure;
        }
    }

    private void wake(Actor actor, long at) {
        Event planned = actor.wake;
        if (planned != null) {
            planned.cancelled = true;
        }
        actor.wake = add(at, actor, () -> {});
    }

    private void wakeCancelled() {
        for (Actor sleeper : sleepers) {
            Event planned = sleeper.wake;
            BooleanSupplier cancelled = sleeper.cancelled;
            if (planned != null && planned.at > now && cancelled != null && cancelled.getAsBoolean()) {
                wake(sleeper, now);
            }
        }
    }

    private Event add(long at, @Nullable Actor actor, Runnable work) {
        Event event = new Event(Math.max(at, now), made++, actor, work);
        events.add(event);
        return event;
    }

    /** Runs the work on a thread of its own, in its turn. */
    @Override
    public void execute(Runnable work) {
        Worker worker = idle.pollFirst();
        if (worker == null) {
            worker = new Worker();
            workers.add(worker);
            worker.start(workers.size());
        }
        worker.work = work;
        wake(worker, now);
    }

    private final class Worker extends Actor {
        private Runnable work = () -> {};
        private @Nullable Thread thread;
        private boolean ended;

        void start(int number) {
            Thread made = new Thread(this::work, "simulation-" + number);
            made.setDaemon(true);
            thread = made;
            made.start();
        }

        private void work() {
            while (true) {
                turn.acquireUninterruptibly();
                if (ended) {
                    return;
                }
                guarded(work);
                if (broken) {
                    return;
                }
                idle.addFirst(this);
                giveTurnTo(null);
            }
        }

        void end() {
            ended = true;
            turn.release();
        }

        /** Whatever it does or waits for. */
        void abort() {
            Thread made = thread;
            if (made != null) {
                made.interrupt();
            }
            end();
        }
    }

    @Override
    public Timer timer(String prefix, int threads) {
        return new Timer() {
            private boolean closed;

            @Override
            public @Nullable Call after(long nanos, Runnable work) {
                if (closed) {
                    return null;
                }
                Event event = add(now + Math.max(0, nanos), null, () -> {
                    if (!closed) {
                        work.run();
                    }
                });
                return () -> event.cancelled = true;
            }

            @Override
            public void aside(Runnable work) {
                after(0, work);
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

    /** A condition whose waits pass simulated time. The engine waits with a limit only. */
    private final class Waiting implements Condition {
        private final ReentrantLock lock;
        private final List<Actor> waiting = new ArrayList<>();

        Waiting(ReentrantLock lock) {
            this.lock = lock;
        }

        @Override
        public long awaitNanos(long nanos) {
            long until = now + Math.min(nanos, Long.MAX_VALUE - now);
            Actor self = current;
            waiting.add(self);
            lock.unlock();
            try {
                SimulatedTime.this.await(until);
            } finally {
                lock.lock();
                waiting.remove(self);
            }
            return until - now;
        }

        @Override
        public void signal() {
            if (!waiting.isEmpty()) {
                wake(waiting.get(0), now);
            }
        }

        @Override
        public void signalAll() {
            waiting.forEach(actor -> wake(actor, now));
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
        public boolean await(long time, TimeUnit unit) {
            throw unlimited();
        }

        @Override
        public boolean awaitUntil(Date deadline) {
            throw unlimited();
        }

        private UnsupportedOperationException unlimited() {
            return new UnsupportedOperationException("a simulation waits for nanoseconds");
        }
    }

    /** Ends the threads: after the close of the heartbeat all are idle, unless the simulation broke. */
    @Override
    public void close() {
        if (broken) {
            workers.forEach(Worker::abort);
        } else {
            idle.forEach(Worker::end);
        }
    }
}
