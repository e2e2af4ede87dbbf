package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Crew.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The true time of a world of several processes. It stands still while anybody works and jumps to the next event when all
 * wait, as in the simulator of the product; here a process can also die between two of its waits, or freeze for a while.
 * One thread works at a time: it has the turn and gives it on by waiting, so what happens follows from the events alone.
 */
final class WorldTime implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;

    private final Crew crew;
    private final Instant start;
    private final BiConsumer<Program, Throwable> defects;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<Program> processes = new ArrayList<>();
    private final Semaphore driver = new Semaphore(0);
    private long now;
    private long end;
    private long made;
    private Instant instant;

    WorldTime(Crew crew, Instant start, BiConsumer<Program, Throwable> defects) {
        this.crew = crew;
        this.start = start;
        this.instant = start;
        this.defects = defects;
    }

    /** What shares one fate: the threads, timers and waits of one life of an instance. */
    static final class Program {
        final String name;
        final Set<Worker> workers = new LinkedHashSet<>();
        private boolean dead;
        private long frozenUntil;

        private Program(String name) {
            this.name = name;
        }

        boolean isDead() {
            return dead;
        }
    }

    /** What comes at an instant: somebody's turn, work for a thread of its own, or a deed of nobody's. */
    static final class Event implements Comparable<Event> {
        private final long order;
        private final Program process;
        private final Worker worker;
        private final Runnable work;
        private long at;
        private boolean cancelled;

        private Event(long at, long order, Program process, Worker worker, Runnable work) {
            this.at = at;
            this.order = order;
            this.process = process;
            this.worker = worker;
            this.work = work;
        }

        void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    Instant instant() {
        return instant;
    }

    long nanos() {
        return now;
    }

    Program process(String name) {
        Program process = new Program(name);
        processes.add(process);
        return process;
    }

    /** Plans a deed of the world; it must not wait. */
    void at(Duration time, Runnable deed) {
        add(time.toNanos(), null, null, deed);
    }

    /** Plans a deed of the world, from now. */
    void after(long nanos, Runnable deed) {
        add(now + nanos, null, null, deed);
    }

    /** Starts work on a thread of the process. */
    Event start(Program process, long inNanos, Runnable work) {
        return add(now + Math.max(0, inNanos), process, null, work);
    }

    /** Lets the time pass up to the instant. Called by the thread that made the world. */
    void runUntil(Duration until) {
        end = until.toNanos();
        giveTurn(null);
        try {
            if (!driver.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the world hangs at " + instant + "\n" + crew.stacks());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted at " + instant, e);
        }
        if (end > now) {
            now = end;
            instant = start.plusNanos(now);
        }
    }

    /** Passes time on a thread of a process. */
    void pass(long nanos) {
        await(Worker.self(), now + nanos);
    }

    /** Passes time as a task that gives up when it is interrupted. */
    void sleep(long nanos) throws InterruptedException {
        Worker self = Worker.self();
        if (Thread.interrupted()) {
            throw new InterruptedException("before it slept");
        }
        self.sleeping = true;
        try {
            await(self, now + nanos);
        } finally {
            self.sleeping = false;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("while it slept");
        }
    }

    void await(Worker self, long until) {
        checkAlive(self.process);
        self.wake = add(until, self.process, self, null);
        if (giveTurn(self)) {
            self.turn.acquireUninterruptibly();
        }
        checkAlive(self.process);
    }

    static void checkAlive(Program process) {
        if (process.dead) {
            throw new Crashed();
        }
    }

    /** Ends somebody's wait. */
    void wake(Worker worker) {
        Event planned = worker.wake;
        if (planned != null && planned.at > now) {
            planned.cancel();
            worker.wake = add(now, worker.process, worker, null);
        }
    }

    /** Everything that the process does ends where it waits. If the caller is one of its threads, it has to end itself. */
    void kill(Program process) {
        process.dead = true;
        List.copyOf(process.workers).forEach(this::wake);
    }

    /** Nothing of the process happens for a while; its clock goes on. */
    void freeze(Program process, Duration time) {
        process.frozenUntil = Math.max(process.frozenUntil, now + time.toNanos());
    }

    void defect(Program process, Throwable thrown) {
        defects.accept(process, thrown);
    }

    private Event add(long at, Program process, Worker worker, Runnable work) {
        Event event = new Event(Math.max(at, now), made++, process, worker, work);
        events.add(event);
        return event;
    }

    /** Makes what comes happen until it is somebody's turn. Returns whether that is another one than the caller. */
    boolean giveTurn(Worker self) {
        while (true) {
            Event next = events.poll();
            if (next == null || next.at > end) {
                if (next != null) {
                    events.add(next);
                }
                driver.release();
                return true;
            }
            Program process = next.process;
            if (next.cancelled || (process != null && process.dead && next.worker == null)) {
                continue;
            }
            if (process != null && !process.dead && process.frozenUntil > next.at) {
                next.at = process.frozenUntil;
                events.add(next);
                continue;
            }
            if (next.at > now) {
                now = next.at;
                instant = start.plusNanos(now);
            }
            Worker worker = next.worker;
            if (worker != null) {
                worker.wake = null;
                if (worker == self) {
                    return false;
                }
            } else if (process == null) {
                guarded(next.work);
                continue;
            } else {
                worker = crew.take(this, process, next.work);
            }
            worker.turn.release();
            return true;
        }
    }

    private void guarded(Runnable deed) {
        try {
            deed.run();
        } catch (Throwable e) { // whoever waits here has nothing to do with it
            defects.accept(null, e);
        }
    }

    /** Ends all that is left, so that the threads are free for the next world. */
    @Override
    public void close() {
        processes.forEach(this::kill);
        events.removeIf(event -> event.worker == null);
        runUntil(Duration.ofNanos(now));
        if (!crew.allIdle()) {
            throw new AssertionError("threads of a dead process go on\n" + crew.stacks());
        }
    }
}
