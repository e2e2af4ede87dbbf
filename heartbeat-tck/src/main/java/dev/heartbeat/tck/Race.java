package dev.heartbeat.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Lets threads do the same thing at the same time, and waits for all of them within a bound. */
final class Race {
    static final int THREADS = 8;

    private static final long BOUND_SECONDS = 90;

    private Race() {}

    /** Returns what each thread returned, in the order of their numbers from 0. */
    static <T> List<T> run(int threads, IntFunction<T> work) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CyclicBarrier start = new CyclicBarrier(threads);
        try {
            List<Callable<T>> runs = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                runs.add(() -> {
                    start.await(BOUND_SECONDS, TimeUnit.SECONDS);
                    return work.apply(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(runs, BOUND_SECONDS, TimeUnit.SECONDS)) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof AssertionError failure) {
                throw failure;
            }
            throw new AssertionError(
                    cause instanceof BrokenBarrierException ? "the threads did not start" : "a thread threw", cause);
        } catch (CancellationException e) {
            throw new AssertionError("the threads did not end within " + BOUND_SECONDS + " seconds", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the threads ran", e);
        } finally {
            pool.shutdownNow();
        }
    }
}
