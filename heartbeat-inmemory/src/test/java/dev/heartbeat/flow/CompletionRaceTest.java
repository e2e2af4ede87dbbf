package dev.heartbeat.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.PulseListener;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several answer for one run at the same moment: its task, workers of two processes, a person who cancels, the deadline, a
 * take-over. Whoever wins, the attempt has one answer, and it is counted once.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CompletionRaceTest {
    private static final int ROUNDS = 150;
    private static final Duration WITHIN = Duration.ofMinutes(10);
    private static final long SEED = Long.getLong("heartbeat.seed", new Random().nextLong());

    private final World world = new World();
    private final Random random = new Random(SEED);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, TaskContext> contexts = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> atWork = new ConcurrentHashMap<>();
    private final Map<String, Callable<TaskResult>> work = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<PulseDetail> told = new ConcurrentLinkedQueue<>();
    private Heartbeat own;
    private Heartbeat worker;
    private Heartbeat other;

    @AfterEach
    void close() {
        world.close();
        threads.shutdownNow();
    }

    private void start() {
        PulseListener noting = new PulseListener() {
            @Override
            public void runEnded(PulseDetail detail) {
                told.add(detail);
            }
        };
        own = world.heartbeat(builder -> builder.listener(noting).task("work", context -> {
            contexts.put(context.scheduleId(), context);
            atWork.get(context.scheduleId()).countDown();
            return work.get(context.scheduleId()).call();
        }));
        worker = world.heartbeat(
                new Probe(world.store), builder -> builder.name("worker").listener(noting));
        other = world.heartbeat(
                new Probe(world.store), builder -> builder.name("other").listener(noting));
    }

    private String define(int round, int attempts, Callable<TaskResult> task) {
        String id = "s" + round;
        atWork.put(id, new CountDownLatch(1));
        work.put(id, task);
        own.schedules()
                .define(world.now(id)
                        .retry(Retry.attempts(attempts).backoff(Duration.ofHours(1), Duration.ofHours(1)))
                        .timeout(Duration.ofHours(1))
                        .build());
        return id;
    }

    /** All at once, or nearly: who waits a moment at the barrier's end is drawn by lot. */
    private <T> List<T> together(List<Callable<T>> calls) throws Exception {
        CyclicBarrier start = new CyclicBarrier(calls.size());
        List<Future<T>> futures = new ArrayList<>();
        for (Callable<T> call : calls) {
            int spins = random.nextInt(4) * random.nextInt(20_000);
            futures.add(threads.submit(() -> {
                start.await(World.PATIENCE_SECONDS, TimeUnit.SECONDS);
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
                return call.call();
            }));
        }
        List<T> answers = new ArrayList<>();
        for (Future<T> future : futures) {
            answers.add(future.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        return answers;
    }

    private void assertToldOnce(String id, Outcome outcome) {
        assertThat(told)
                .as("seed %s, told of %s", SEED, id)
                .filteredOn(detail -> detail.id().equals(id))
                .extracting(PulseDetail::outcome)
                .containsExactly(outcome);
    }

    private void assertCountsAreTrue() {
        own.close();
        worker.close();
        other.close();
        HeartbeatRecord record = world.store.snapshot().heartbeat().orElseThrow();
        long executed = world.store.snapshot().runs().stream()
                .filter(run -> run.outcome() == Outcome.EXECUTED)
                .count();
        assertThat(record.schedulesExecuted()).as("seed %s", SEED).isEqualTo((int) executed);
        assertThat(record.errors()).as("seed %s: false errors", SEED).isEmpty();
    }

    @Test
    void theTaskAndTwoWorkersAnswerAndOneOfThemCounts() throws Exception {
        start();
        for (int round = 0; round < ROUNDS; round++) {
            CyclicBarrier answering = new CyclicBarrier(2);
            boolean accepts = random.nextInt(3) == 0;
            String id = define(round, 3, () -> {
                answering.await(World.PATIENCE_SECONDS, TimeUnit.SECONDS);
                return accepts ? TaskResult.accepted(WITHIN) : TaskResult.of(Map.of("by", "task"));
            });
            Future<?> pulse = threads.submit(() -> own.pulse());
            World.await(atWork.get(id));
            RunToken token = contexts.get(id).token();
            Heartbeat second = random.nextBoolean() ? own : other;
            List<Completion> answers = together(List.of(
                    () -> {
                        answering.await(World.PATIENCE_SECONDS, TimeUnit.SECONDS);
                        return Completion.UNKNOWN;
                    },
                    () -> worker.runs().complete(token, TaskResult.of(Map.of("by", "worker"))),
                    () -> second.runs().complete(token, TaskResult.of(Map.of("by", "second")))));
            pulse.get(World.PATIENCE_SECONDS, TimeUnit.SECONDS);

            List<RunRecord> ledger = world.ledger(id);
            assertThat(ledger).as("seed %s, round %s", SEED, round).hasSize(1);
            assertThat(ledger.get(0).outcome()).isEqualTo(Outcome.EXECUTED);
            Object by = ledger.get(0).result().get("by");
            assertThat(answers.subList(1, 3))
                    .as("seed %s, round %s: by %s", SEED, round, by)
                    .containsExactly(
                            by.equals("worker") ? Completion.ACCEPTED : Completion.ALREADY_DONE,
                            by.equals("second") ? Completion.ACCEPTED : Completion.ALREADY_DONE);
            if (accepts) {
                assertThat(by).isNotEqualTo("task");
            }
        }
        assertCountsAreTrue();
        for (int round = 0; round < ROUNDS; round++) {
            assertToldOnce("s" + round, Outcome.EXECUTED);
        }
    }

    @Test
    void theDeadlineAndAWorkerMeetAndOneOfThemCounts() throws Exception {
        start();
        for (int round = 0; round < ROUNDS; round++) {
            String id = define(round, 2, () -> TaskResult.accepted(WITHIN));
            own.pulse();
            RunToken token = contexts.get(id).token();
            List<Completion> answers = together(List.of(
                    () -> {
                        world.clock.advance(WITHIN);
                        own.pulse();
                        return Completion.UNKNOWN;
                    },
                    () -> worker.runs().complete(token, TaskResult.done())));
            List<RunRecord> ledger = world.ledger(id);
            PendingFire pending = world.store.schedule(id).orElseThrow().state().pending();
            boolean completed = answers.get(1) == Completion.ACCEPTED;

            assertThat(answers.get(1)).isIn(Completion.ACCEPTED, Completion.EXPIRED);
            assertThat(ledger).as("seed %s, round %s", SEED, round).hasSize(completed ? 1 : 0);
            assertThat(pending == null).as("seed %s, round %s", SEED, round).isEqualTo(completed);
            if (!completed) {
                assertThat(pending.state()).isEqualTo(PendingFire.State.WAITING);
            }
            own.schedules().delete(id, Audit.by("test", ""));
        }
    }

    @Test
    void aTakeOverAndTheWorkerOfTheDeadProcessMeetAndTheFireEndsOnce() throws Exception {
        start();
        for (int round = 0; round < ROUNDS; round++) {
            String id = "t" + round;
            atWork.put(id, new CountDownLatch(1));
            work.put(id, () -> TaskResult.of(Map.of("by", "successor")));
            own.schedules().define(world.schedule(id, "0 0 1 1 *").build());
            RunToken token = Abandoned.claim(world, id);
            world.clock.advance(Abandoned.LEASE);
            List<Completion> answers = together(List.of(
                    () -> {
                        own.pulse();
                        return Completion.UNKNOWN;
                    },
                    () -> worker.runs().complete(token, TaskResult.of(Map.of("by", "worker")))));

            boolean completed = answers.get(1) == Completion.ACCEPTED;
            own.pulse();
            assertThat(world.ledger(id))
                    .as("seed %s, round %s", SEED, round)
                    .singleElement()
                    .satisfies(run -> assertThat(run.result()).containsEntry("by", completed ? "worker" : "successor"));
            assertThat(answers.get(1)).isIn(Completion.ACCEPTED, Completion.EXPIRED);
            own.schedules().delete(id, Audit.by("test", ""));
        }
    }

    @Test
    void aPersonWhoCancelsAndAWorkerMeetAndTheFireEndsOnce() throws Exception {
        start();
        for (int round = 0; round < ROUNDS; round++) {
            String id = define(round, 3, () -> TaskResult.accepted(WITHIN));
            own.pulse();
            RunToken token = contexts.get(id).token();
            boolean fails = random.nextBoolean();
            List<Completion> answers = together(List.of(
                    () -> {
                        other.schedules().cancel(id, Audit.by("ann", ""));
                        return Completion.UNKNOWN;
                    },
                    () -> fails
                            ? worker.runs().fail(token, "no luck")
                            : worker.runs().complete(token, TaskResult.done())));
            own.pulse(); // ends what a cancel that came in between has left

            RunRecord end = world.ledger(id).stream()
                    .reduce((first, second) -> {
                        throw new AssertionError("seed " + SEED + ": two ends of " + id);
                    })
                    .orElse(null);
            boolean accepted = answers.get(1) == Completion.ACCEPTED;
            if (end == null) { // the worker failed the attempt before anybody wished anything
                assertThat(fails && accepted)
                        .as("seed %s, round %s", SEED, round)
                        .isTrue();
                assertThat(world.store
                                .schedule(id)
                                .orElseThrow()
                                .state()
                                .pending()
                                .cancelRequested())
                        .isFalse();
            } else {
                assertThat(end.outcome())
                        .as("seed %s, round %s, fails %s, worker %s", SEED, round, fails, answers.get(1))
                        .isEqualTo(accepted && !fails ? Outcome.EXECUTED : Outcome.CANCELLED);
            }
            own.schedules().delete(id, Audit.by("test", ""));
        }
        assertCountsAreTrue();
    }
}
