package dev.heartbeat.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Threads that worlds borrow one after the other, since making them costs more than most plans. */
final class Crew implements AutoCloseable {
    private final List<Worker> all = new ArrayList<>();
    private final Deque<Worker> idle = new ArrayDeque<>();

    Crew() {
        EngineLog.listen();
    }

    /** Returns a worker that waits for its turn. */
    Worker take(WorldTime time, WorldTime.Program process, Runnable work) {
        Worker worker = idle.pollFirst();
        if (worker == null) {
            worker = new Worker(this, all.size() + 1);
            all.add(worker);
            worker.start();
        }
        worker.time = time;
        worker.process = process;
        worker.work = work;
        return worker;
    }

    boolean allIdle() {
        return idle.size() == all.size();
    }

    /** What its threads are doing, for a plan that hangs. */
    String stacks() {
        StringBuilder text = new StringBuilder();
        for (Worker worker : all) {
            text.append(worker.getName()).append(idle.contains(worker) ? " (idle)\n" : "\n");
            for (StackTraceElement element : worker.getStackTrace()) {
                text.append("    ").append(element).append('\n');
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        all.forEach(Worker::retire);
    }

    /** A thread of a process in a world. It works only while it has the turn. */
    static final class Worker extends Thread {
        final Semaphore turn = new Semaphore(0);
        private final Crew crew;
        private Runnable work = () -> {};
        private volatile boolean retired;
        WorldTime time;
        WorldTime.Program process;
        WorldTime.Event wake;
        boolean sleeping;

        Worker(Crew crew, int number) {
            super("chaos-" + number);
            this.crew = crew;
            setDaemon(true);
        }

        /** The worker that calls this. */
        static Worker self() {
            return (Worker) Thread.currentThread();
        }

        @Override
        public void run() {
            while (true) {
                turn.acquireUninterruptibly();
                if (retired) {
                    return;
                }
                process.workers.add(this);
                try {
                    work.run();
                } catch (Crashed e) {
                    // its process is dead, and so is what it did
                } catch (Throwable e) {
                    time.defect(process, e);
                } finally {
                    process.workers.remove(this);
                    Thread.interrupted();
                }
                crew.idle.addFirst(this);
                time.giveTurn(null);
            }
        }

        /** Only whoever has the turn interrupts. */
        @Override
        public void interrupt() {
            super.interrupt();
            if (sleeping) {
                time.wake(this);
            }
        }

        private void retire() {
            retired = true;
            turn.release();
        }
    }
}
