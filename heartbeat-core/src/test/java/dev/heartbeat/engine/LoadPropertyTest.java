package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Seed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for every load: nobody starves, critical work comes first, and the ledger says why a fire has passed. */
class LoadPropertyTest {
    private static final int LOADS = 40;
    private static final int PULSES = 200;
    private static final long BUDGET_MS = LoadModel.BUDGET.toMillis();

    private final Seed seed = new Seed();
    private final Random random = seed.random();

    private static Schedule schedule(String id, String cron, Priority priority, String task) {
        return Schedule.builder(id, cron, task).priority(priority).build();
    }

    private String cron() {
        return List.of("*/10 * * * *", "*/5 * * * *", "*/20 * * * *", "7,37 * * * *", "0 * * * *", "15 */3 * * *")
                .get(random.nextInt(6));
    }

    private LoadModel.Job add(LoadModel model, Priority priority, long leastMs, long mostMs) {
        String id = priority.text() + model.jobs.size();
        String task = random.nextInt(4) == 0 ? "shared-" + priority.text() : id;
        return model.add(
                schedule(id, cron(), priority, task),
                () -> leastMs + (mostMs == leastMs ? 0 : random.nextLong(mostMs - leastMs)));
    }

    private Priority notCritical() {
        return List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW).get(random.nextInt(3));
    }

    /**
     * Rules B5, B29. Critical work takes at most half of the room; all else, however much there is and however long it
     * takes, gets its turn: at the latest after it has risen to high and all that waited longer has had one.
     */
    @Test
    void noFireWaitsForEverWhateverTheLoad() {
        for (int load = 0; load < LOADS; load++) {
            int places = 1 + random.nextInt(4);
            LoadModel model = new LoadModel(places);
            long room = places * BUDGET_MS;
            long critical = 0;
            while (random.nextInt(3) > 0 && critical < room / 2) {
                long takes = Math.min(1 + random.nextInt(20_000), room / 2 - critical);
                critical += takes;
                add(model, Priority.CRITICAL, takes, takes);
            }
            long work = 0;
            int others = 5 + random.nextInt(25);
            for (int i = 0; i < others; i++) {
                long most = random.nextInt(12) == 0 ? 60_000 + random.nextInt(400_000) : 1 + random.nextInt(60_000);
                work += most;
                add(model, notCritical(), most / 2, most);
            }
            Instant at = model.begin;
            for (int pulse = 0; pulse < PULSES; pulse++) {
                at = at.plus(LoadModel.INTERVAL);
                model.pulse(at.plusMillis(random.nextInt(60_000)));
            }
            long turns = 4 + (2 * work + BUDGET_MS) / (room - critical);
            for (LoadModel.Job job : model.jobs.values()) {
                assertThat(job.longestWait)
                        .as(
                                "with %s, load %d: %s waited on %d places with %d ms of work",
                                seed, load, job, places, work)
                        .isLessThan(LoadModel.INTERVAL.multipliedBy(turns));
                assertThat(job.starts).as("%s", job).isNotEmpty();
            }
            model.checkWords();
        }
    }

    @Test
    void criticalWorkIsNeverDeferredBehindOthers() {
        int deferred = 0;
        for (int load = 0; load < LOADS; load++) {
            LoadModel model = new LoadModel(1 + random.nextInt(3));
            for (int i = 0; i < 4; i++) {
                add(model, Priority.CRITICAL, 1, 1 + random.nextInt(60_000));
                add(model, notCritical(), 1, 1 + random.nextInt(60_000));
            }
            Instant at = model.begin;
            for (int pulse = 0; pulse < PULSES; pulse++) {
                at = at.plus(LoadModel.INTERVAL);
                List<LoadModel.Job> waited = waiting(model, at);
                List<LoadModel.Job> started = model.pulse(at);

                waited.removeAll(started);
                deferred += waited.size();
                if (!waited.isEmpty()) {
                    assertThat(started)
                            .as("with %s, load %d: %s waited", seed, load, waited)
                            .allMatch(LoadModel.Job::isCritical);
                }
            }
        }
        assertThat(deferred).as("critical work did fill the budget at times").isPositive();
    }

    private static List<LoadModel.Job> waiting(LoadModel model, Instant at) {
        List<LoadModel.Job> waiting = new ArrayList<>();
        model.passUntil(at);
        for (LoadModel.Job job : model.jobs.values()) {
            if (job.isCritical() && job.candidate(at).isPresent()) {
                waiting.add(job);
            }
        }
        return waiting;
    }

    /** Steady high work that would fill every pulse; each of the burst gets its turn all the same, and soon. */
    @Test
    void aBurstOfLowFinishesBesideSteadyHigh() {
        LoadModel model = new LoadModel(2);
        for (int i = 0; i < 14; i++) {
            model.add(schedule("high" + i, "*/10 * * * *", Priority.HIGH, "high"), () -> 10_000);
        }
        List<LoadModel.Job> burst = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            burst.add(model.add(schedule("low" + i, "0 6 * * *", Priority.LOW, "low"), () -> 10_000));
        }
        Instant at = model.begin;
        while (at.isBefore(model.begin.plus(Duration.ofHours(12)))) {
            at = at.plus(LoadModel.INTERVAL);
            model.pulse(at);
        }

        assertThat(burst).allSatisfy(job -> {
            assertThat(job.starts).hasSize(1);
            assertThat(job.starts.get(0))
                    .as("ten places a pulse: two intervals to rise, then all that waited longer, then the burst")
                    .isBefore(model.begin.plus(Duration.ofHours(7)));
        });
        assertThat(starts(model, Priority.HIGH))
                .as("high work has what is left of ten places in 72 pulses")
                .isBetween(690, 720);
        model.checkWords();
    }

    private static int starts(LoadModel model, Priority priority) {
        return model.jobs.values().stream()
                .filter(job -> job.schedule.priority() == priority)
                .mapToInt(job -> job.starts.size())
                .sum();
    }

    /** What fits is never told to wait: the budget is no excuse on a quiet day. */
    @Test
    void nothingIsDeferredWhenThereIsRoomForAll() {
        for (int load = 0; load < LOADS; load++) {
            LoadModel model = new LoadModel(4);
            for (int i = 0; i < 8; i++) {
                add(model, notCritical(), 1, 1 + random.nextInt(12_000));
            }
            add(model, Priority.NORMAL, 100_000, 200_000); // longer than a pulse: waiting would gain it nothing
            Instant at = model.begin;
            for (int pulse = 0; pulse < PULSES; pulse++) {
                at = at.plus(LoadModel.INTERVAL);
                model.pulse(at);
            }

            assertThat(model.jobs.values())
                    .as("with %s, load %d", seed, load)
                    .allSatisfy(job -> assertThat(job.deferred).isEmpty());
        }
    }
}
