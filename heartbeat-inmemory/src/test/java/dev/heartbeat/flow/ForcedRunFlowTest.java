package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules A5, B12, B13: null asks for one start after it was written, at any moment, on any store. */
class ForcedRunFlowTest {
    private static final Audit ANN = Audit.by("ann", "customers wait");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private void force(String id) {
        assertThat(world.store.edit(dev.heartbeat.store.ScheduleEdit.force(id), Version.ANY))
                .isPresent();
    }

    @Test
    void runNowRunsOnceLeavesTheCadenceAndIsInTheAudit() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        assertThat(heartbeat.schedules().runNow("a", ANN)).isTrue();
        assertThat(heartbeat.schedules().runNow("missing", ANN)).isFalse();
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).singleElement().satisfies(context -> {
            assertThat(context.forced()).isTrue();
            assertThat(context.fireTime()).isEqualTo(World.START);
            assertThat(context.idempotencyKey()).startsWith("a/force-");
        });
        world.at("09:00:00");
        heartbeat.pulse();
        assertThat(world.starts("a")).as("09:00 runs all the same").isEqualTo(2);
        assertThat(world.store.snapshot().audit()).singleElement().satisfies(entry -> {
            assertThat(entry.verb()).isEqualTo("run-now");
            assertThat(entry.who()).isEqualTo("ann");
            assertThat(entry.why()).isEqualTo("customers wait");
        });
    }

    @Test
    void twoWishesUnderAClockThatStandsStillAreTwoRuns() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 0 1 1 *").build());
        force("a");
        heartbeat.pulse();
        force("a");
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(2);
        assertThat(world.ledger("a"))
                .extracting(RunRecord::key)
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void whileDisabledTheWishWaits() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 0 1 1 *").enabled(false).build());
        force("a");
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        heartbeat.schedules().define(world.schedule("a", "0 0 1 1 *").build());
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(1);
    }

    @Test
    void whilePausedTheWishWaits() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 0 1 1 *").build());
        heartbeat.schedules().pause("a", World.START.plusSeconds(600), ANN);
        force("a");
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        world.clock.advance(Duration.ofMinutes(10));
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts("a")).isEqualTo(1);
    }

    @Test
    void beforeNotBeforeTheWishWaitsAndFromNotAfterOnItIsNotMet() {
        Heartbeat heartbeat = world.working();
        Instant nine = Instant.parse("2026-02-15T09:00:00Z");
        heartbeat
                .schedules()
                .define(world.schedule("early", "0 0 1 1 *").notBefore(nine).build());
        heartbeat
                .schedules()
                .define(world.schedule("late", "0 0 1 1 *").notAfter(nine).build());
        force("early");
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        world.at("09:00:00");
        force("late");
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::scheduleId).containsExactly("early");
    }

    @Test
    void duringARunItLeadsToOneMore() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            if (context.attempt() == 1 && !context.forced()) {
                force("a"); // between claim and record
            }
            return TaskResult.done();
        }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        assertThat(world.store.schedule("a").orElseThrow().lastRun())
                .as("the record leaves the wish alone")
                .isEqualTo(LastRun.NULL);
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::forced).containsExactly(false, true);
    }

    @Test
    void betweenReadAndClaimTheClaimLosesAndTheNextPulseMeetsBothWithOneStart() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        world.probe.once("claim", call -> {
            force("a");
            return call.proceed();
        });
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts("a"))
                .as("the start of 09:00 came after the wish was written")
                .isEqualTo(1);
    }

    @Test
    void inTheWaitForARetryTheRetryStartsNow() {
        Heartbeat heartbeat = world.heartbeat(builder -> builder.task("work", context -> {
            world.note(context);
            return context.attempt() == 1 ? TaskResult.retryAfter(Duration.ofHours(5), "x") : TaskResult.done();
        }));
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        force("a");
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).extracting(TaskContext::attempt).containsExactly(1, 2);
        assertThat(world.ledger("a")).extracting(RunRecord::outcome).containsExactly(Outcome.EXECUTED);
    }

    /** Rule B13: the take-over's start is the start that was asked for. */
    @Test
    void aroundATakeOverItIsMetByTheTakeOver() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        force("a");
        heartbeat.pulse();
        assertThat(world.starts).as("claimed by somebody else").isEmpty();
        world.clock.advance(Duration.ofSeconds(20));
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::attempt)
                .isEqualTo(2);
    }

    /** Rule B13: settling without a start does not consume the wish. */
    @Test
    void settlingALostFireKeepsTheWish() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .retry(dev.heartbeat.schedule.Retry.none())
                        .build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        force("a");
        world.clock.advance(Duration.ofSeconds(20));
        heartbeat.pulse(); // ends the lost fire, and then gives the wish its start
        assertThat(world.ledger("a")).extracting(RunRecord::reason).containsExactlyInAnyOrder("lost", null);
        heartbeat.pulse();
        heartbeat.pulse();

        assertThat(world.starts).singleElement().extracting(TaskContext::forced).isEqualTo(true);
    }

    /** Rule A3: a person who sets lastRun forward holds the schedule; setting it back changes nothing. */
    @Test
    void lastRunSetForwardHoldsAndSetBackChangesNothing() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("held", "0 * * * *").build());
        heartbeat.schedules().define(world.schedule("back", "0 * * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();
        set("held", Instant.parse("2026-02-15T12:30:00Z"));
        set("back", Instant.parse("2026-02-15T07:00:00Z"));
        heartbeat.pulse();
        assertThat(outcome(heartbeat.pulse(), "held")).isEqualTo(Outcome.SKIPPED);
        assertThat(heartbeat.health().conditions())
                .extracting(condition -> condition.name())
                .contains("held");
        world.at("12:00:00");
        heartbeat.pulse();
        world.at("13:00:00");
        heartbeat.pulse();

        assertThat(world.starts("held")).as("09:00 and 13:00").isEqualTo(2);
        assertThat(world.starts("back")).as("09:00, 12:00 and 13:00").isEqualTo(3);
    }

    private void set(String id, Instant lastRun) {
        StoredSchedule stored = world.store.schedule(id).orElseThrow();
        Map<String, Object> document =
                new java.util.HashMap<>(world.store.document(id).orElseThrow());
        document.put("lastRun", lastRun);
        world.store.putDocument(stored.id(), document);
    }
}
