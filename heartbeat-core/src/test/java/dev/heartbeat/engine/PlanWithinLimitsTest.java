package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.engine.Limits.Limit;
import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PlanWithinLimitsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Map<String, Task> tasks = new HashMap<>();
    private final Map<String, LiveRun> running = new HashMap<>();
    private final List<String> wakes = new ArrayList<>();
    private final Limits limits = new Limits(Map.of("narrow", 1, "wide", 3), () -> wakes.add("now"));
    private final Seed seed = new Seed();

    private Task task(String name) {
        return tasks.computeIfAbsent(name, key -> {
            Task.Builder builder = Task.named(key, context -> TaskResult.done());
            return (key.startsWith("one")
                            ? builder.maxParallel(1)
                            : key.startsWith("two") ? builder.maxParallel(2) : builder)
                    .build();
        });
    }

    /** A candidate written as {@code id task} or {@code id task queue}. */
    private Candidate candidate(String text) {
        String[] words = text.split(" ");
        Schedule schedule = Schedule.builder(words[0], "0 9 * * *", words[1])
                .queue(words.length > 2 ? words[2] : null)
                .build();
        return new Candidate(
                GivenDocument.of(schedule).stored(),
                FireKey.of(at("09:00")),
                at("09:00"),
                false,
                0,
                at("09:00"),
                0,
                List.of(),
                null,
                words[1].equals("settled") ? new Candidate.Settle(Outcome.SKIPPED, "paused", null) : null);
    }

    private Plan plan(String... candidates) {
        Plan plan = new Plan(candidate -> 0, TimeUnit.MINUTES.toNanos(1), new Plan.Gate() {
            @Override
            public boolean holdsBack(Candidate candidate) {
                return candidate.seen().schedule().task().equals("held");
            }

            @Override
            public List<Limit> limitsOf(Candidate candidate) {
                return limits.of(
                        candidate.seen().schedule(),
                        task(candidate.seen().schedule().task()));
            }

            @Override
            public int free(Limit limit) {
                return limits.free(limit);
            }
        });
        plan.add(Arrays.stream(candidates)
                .map(this::candidate)
                .map(each -> new Planned(each, Priority.NORMAL, false, each.fireTime(), at("10:00")))
                .toList());
        return plan;
    }

    private List<String> next(Plan plan, int most) {
        List<String> ids = new ArrayList<>();
        for (Candidate candidate :
                plan.next(new Places(TimeUnit.MINUTES.toNanos(1), 1_000, List.of(), List.of()), most)) {
            LiveRun run = new LiveRun(
                    ClaimRule.request(candidate, at("09:00"), "r", "me", TIMEOUT, "p1"),
                    task(candidate.seen().schedule().task()),
                    TIMEOUT,
                    Retry.DEFAULT,
                    null,
                    InstantSource.system(),
                    0);
            running.put(candidate.id(), run);
            limits.add(run);
            ids.add(candidate.id());
        }
        return ids;
    }

    private void end(String id) {
        limits.remove(running.remove(id));
    }

    @Test
    void whatHasNoLimitIsHandedOutInTheOrderPlannedInPages() {
        Plan plan = plan("a any", "b any", "c any");

        assertThat(next(plan, 2)).containsExactly("a", "b");
        assertThat(plan.rest()).extracting(Candidate::id).containsExactly("c");
        assertThat(next(plan, 2)).containsExactly("c");
        assertThat(plan.isEmpty()).isTrue();
        assertThat(next(plan, 2)).isEmpty();
    }

    @Test
    void whatWaitsForAPlaceHoldsNothingBackAndComesFirstWhenItGetsOne() {
        Plan plan = plan("a one", "b one", "c any", "d one", "e any", "f any");

        assertThat(next(plan, 2)).containsExactly("a", "c");
        assertThat(next(plan, 1)).containsExactly("e");
        end("a");
        assertThat(next(plan, 9)).containsExactly("b", "f");
        assertThat(next(plan, 9)).as("all that is left waits").isEmpty();
        assertThat(plan.isEmpty()).isFalse();
        assertThat(plan.limited().values())
                .singleElement()
                .satisfies(
                        waiting -> assertThat(waiting).extracting(Candidate::id).containsExactly("d"));
        end("b");
        assertThat(next(plan, 9)).containsExactly("d");
        assertThat(plan.isEmpty()).isTrue();
    }

    @Test
    void aRunCountsForItsTaskAndForItsQueue() {
        Plan plan = plan("a two narrow", "b two narrow", "c two", "d two", "e any narrow");

        assertThat(next(plan, 9)).containsExactly("a", "c");
        end("c");
        assertThat(next(plan, 9)).as("d has its place; b waits for the queue").containsExactly("d");
        end("a");
        assertThat(next(plan, 9)).containsExactly("b");
        end("d");
        end("b");
        assertThat(next(plan, 9)).containsExactly("e");
        assertThat(plan.isEmpty()).isTrue();
    }

    @Test
    void whatIsHeldBackByAnythingElseIsNeitherHandedOutNorKept() {
        Plan plan = plan("a held", "b any", "c held");

        assertThat(next(plan, 9)).containsExactly("b");
        assertThat(plan.isEmpty()).isTrue();
    }

    @Test
    void aRunOfAnEarlierPulseHoldsItsPlace() {
        next(plan("a one"), 1);
        Plan later = plan("b one", "c any");

        assertThat(next(later, 9)).containsExactly("c");
        assertThat(limits.oldestHolder(later.limited().keySet().iterator().next())
                        .scheduleId())
                .isEqualTo("a");
        end("a");
        assertThat(next(later, 9)).containsExactly("b");
    }

    @Test
    void aPlaceThatGetsFreeWakesOnlyIfAFireWaitsForIt() {
        Plan plan = plan("a one", "b one", "c any");
        next(plan, 9);
        end("c");
        limits.want(plan.limited().keySet());
        assertThat(wakes).isEmpty();
        end("a");
        assertThat(wakes).hasSize(1);
        limits.want(Set.of());
        next(plan, 9);
        end("b");
        assertThat(wakes).hasSize(1);
    }

    @Test
    void aPlaceThatGotFreeBetweenTheLastLookAndTheEndOfThePulseWakesToo() {
        Plan plan = plan("a one", "b one");
        next(plan, 9);
        end("a");
        limits.want(plan.limited().keySet());

        assertThat(wakes).hasSize(1);
    }

    @Test
    void aFireThatIsOnlyEndedNeedsNoPlace() {
        Limit limit =
                limits.of(candidate("x one").seen().schedule(), task("one")).get(0);
        Candidate settled = candidate("a settled");
        LiveRun run = new LiveRun(
                ClaimRule.request(settled, at("09:00"), "r", "me", TIMEOUT, "p1"),
                task("one"),
                TIMEOUT,
                Retry.DEFAULT,
                null,
                InstantSource.system(),
                0);
        limits.add(run);

        assertThat(limits.free(limit)).isEqualTo(1);
    }

    /** Whatever the plan and the order of ends: no limit is passed, none waits while it could start, all start once. */
    @Test
    void noLimitIsPassedAndNothingWaitsForNothing() {
        Random random = seed.random();
        String[] names = {"any", "one", "one-b", "two", "two-b", "held"};
        String[] queues = {"", " narrow", " wide", " free"};
        for (int round = 0; round < 200; round++) {
            String[] texts = new String[random.nextInt(60)];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = String.format(
                        "%03d %s%s", i, names[random.nextInt(names.length)], queues[random.nextInt(queues.length)]);
            }
            Plan plan = plan(texts);
            Set<String> started = new HashSet<>();
            Deque<String> atWork = new ArrayDeque<>();
            while (!plan.isEmpty()) {
                int most = 1 + random.nextInt(8);
                List<String> page = next(plan, most);
                page.forEach(id -> assertThat(started.add(id)).as("%s", seed).isTrue());
                atWork.addAll(page);
                assertWithinLimits();
                if (page.size() < most) {
                    plan.limited()
                            .forEach((limit, waiting) -> assertThat(limits.free(limit))
                                    .as("%s wait for %s, %s", waiting.size(), limit, seed)
                                    .isZero());
                }
                assertThat(plan.isEmpty() || !atWork.isEmpty() || !plan.rest().isEmpty())
                        .as("somebody is at work while others wait, %s", seed)
                        .isTrue();
                if (!atWork.isEmpty() && (page.isEmpty() || random.nextBoolean())) {
                    end(random.nextBoolean() ? atWork.removeFirst() : atWork.removeLast());
                }
            }
            assertThat(started).as("%s", seed).hasSize((int)
                    Arrays.stream(texts).filter(text -> !text.contains("held")).count());
            List.copyOf(running.keySet()).forEach(this::end);
        }
    }

    private void assertWithinLimits() {
        Map<String, Integer> counts = new HashMap<>();
        running.values()
                .forEach(run -> limits.of(run.claim().seen().schedule(), run.task())
                        .forEach(limit -> assertThat(counts.merge(limit.what(), 1, Integer::sum))
                                .as("%s, %s", limit, seed)
                                .isLessThanOrEqualTo(limit.most())));
    }
}
