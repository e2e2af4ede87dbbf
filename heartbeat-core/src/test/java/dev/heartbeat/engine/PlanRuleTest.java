package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanRuleTest {
    private static final Duration INTERVAL = Duration.ofMinutes(10);
    private static final Instant NOW = at("09:05");

    private final Seed seed = new Seed();

    @Test
    void priorityComesFirst() {
        assertInOrder(
                candidate("d", Priority.CRITICAL, "0 0 1 * *", "09:00"),
                candidate("c", Priority.HIGH, "0 * * * *", "09:00"),
                candidate("b", Priority.NORMAL, "*/10 * * * *", "08:58"),
                candidate("a", Priority.LOW, "* * * * *", "08:56"));
    }

    @Test
    void thenTheFireWhoseNextOneWouldTakeItsPlaceSoonest() {
        assertInOrder(
                candidate("d", Priority.NORMAL, "*/10 * * * *", "09:00"),
                candidate("c", Priority.NORMAL, "0 * * * *", "09:00"),
                candidate("b", Priority.NORMAL, "0 9 * * *", "09:00"),
                candidate("a", Priority.NORMAL, "@at 2026-02-15T09:00:00Z", "09:00"));
    }

    @Test
    void thenTheOldestFire() {
        assertInOrder(
                candidate("c", Priority.NORMAL, "0 10 * * *", "08:56"),
                candidate("b", Priority.NORMAL, "0 10 * * *", "08:58"),
                candidate("a", Priority.NORMAL, "0 10 * * *", "09:00"));
    }

    @Test
    void thenTheId() {
        assertInOrder(
                candidate("a", Priority.NORMAL, "0 * * * *", "09:00"),
                candidate("b", Priority.NORMAL, "0 * * * *", "09:00"),
                candidate("c", Priority.NORMAL, "0 * * * *", "09:00"));
    }

    /** Rule B29: stateless, from the fire time, at most to high. */
    @ParameterizedTest
    @CsvSource({
        "LOW,      09:05:00, LOW,      false",
        "LOW,      08:55:01, LOW,      false",
        "LOW,      08:55:00, NORMAL,   true",
        "LOW,      08:45:00, HIGH,     true",
        "LOW,      00:00:00, HIGH,     true",
        "NORMAL,   08:55:01, NORMAL,   false",
        "NORMAL,   08:55:00, HIGH,     true",
        "NORMAL,   08:00:00, HIGH,     true",
        "HIGH,     08:55:01, HIGH,     false",
        "HIGH,     08:00:00, HIGH,     true",
        "CRITICAL, 08:00:00, CRITICAL, true",
        "LOW,      09:06:00, LOW,      false",
    })
    void aPriorityRisesByOneClassForEachIntervalThatTheFireHasWaited(
            Priority own, String fireTime, Priority now, boolean overdue) {
        Planned planned = planned(candidate("a", own, "0 0 * * *", fireTime));

        assertThat(planned.priority()).isEqualTo(now);
        assertThat(planned.overdue()).isEqualTo(overdue);
    }

    /** Rule B5: it starts at the head of its class; the one that has waited longest first, so that none is passed for ever. */
    @Test
    void withinAClassWhatHasWaitedAnIntervalComesFirstTheLongestFirst() {
        assertInOrder(
                candidate("critical", Priority.CRITICAL, "0 0 * * *", "09:00"),
                candidate("low, of an hour ago", Priority.LOW, "0 0 1 1 *", "08:00"),
                candidate("normal, of half an hour ago", Priority.NORMAL, "0 0 * * *", "08:35"),
                candidate("high, of a quarter ago", Priority.HIGH, "*/10 * * * *", "08:50"),
                candidate("high, of now", Priority.HIGH, "*/10 * * * *", "09:00"),
                candidate("low, of a quarter ago", Priority.LOW, "0 0 * * *", "08:50"),
                candidate("normal, of now", Priority.NORMAL, "*/10 * * * *", "09:00"));
    }

    /** Else a schedule whose fires come as often as pulses would begin anew with each fire, and wait for ever. */
    @Test
    void aScheduleWaitsSinceItsFirstFireWithoutAStart() {
        Candidate coalesced = candidate(
                "a", Priority.LOW, "*/10 * * * *", "09:00", series(Outcome.MISSED, FireSeries.COALESCED, "08:30"));

        assertThat(PlanRule.waitsSince(coalesced, Deferrals.NONE, schedule -> Window.NONE))
                .isEqualTo(at("08:30"));
        assertThat(planned(coalesced).priority()).isEqualTo(Priority.HIGH);
        assertThat(waitsSince(series(Outcome.MISSED, FireSeries.OVERLOAD, "08:40")))
                .isEqualTo(at("08:40"));
        assertThat(waitsSince(series(Outcome.SKIPPED, "paused", "08:40")))
                .as("nobody waited during a pause")
                .isEqualTo(at("09:00"));
        assertThat(waitsSince(series(Outcome.MISSED, "too-old", "08:40")))
                .as("nobody wants these any more")
                .isEqualTo(at("09:00"));
    }

    private static Instant waitsSince(FireSeries missed) {
        return PlanRule.waitsSince(
                candidate("a", Priority.LOW, "*/10 * * * *", "09:00", missed), Deferrals.NONE, schedule -> Window.NONE);
    }

    @Test
    void aScheduleWhoseClaimWasGivenBackWaitsSinceTheFireThatItWasFor() {
        PendingFire unstarted = GivenDocument.fire(PendingFire.State.WAITING, "08:50", 0, "08:51");
        PendingFire failed = GivenDocument.fire(PendingFire.State.WAITING, "08:50", 1, "08:51");

        assertThat(PlanRule.waitsSince(superseding(unstarted), Deferrals.NONE, schedule -> Window.NONE))
                .isEqualTo(at("08:50"));
        assertThat(PlanRule.waitsSince(superseding(failed), Deferrals.NONE, schedule -> Window.NONE))
                .isEqualTo(at("09:00"));
    }

    /** Given back again and again, it would else wait one interval for ever. */
    @Test
    void aScheduleWhoseClaimsAreGivenBackEachTimeWaitsSinceTheFirstThatWasDeferred() {
        PendingFire unstarted = GivenDocument.fire(PendingFire.State.WAITING, "08:50", 0, "08:51");
        Deferrals noted = Deferrals.NONE.after(
                Map.of(GivenDocument.ID, new Deferral(at("08:10"), at("08:50:20"))), Set.of(), at("08:00"));

        assertThat(PlanRule.waitsSince(superseding(unstarted), noted, schedule -> Window.NONE))
                .isEqualTo(at("08:10"));
    }

    @Test
    void aForcedFireWaitsSinceItWasAskedFor() {
        Candidate forced = new Candidate(
                GivenDocument.of("0 0 1 1 *").writtenAt("08:45").stored(),
                "force-v7",
                NOW,
                true,
                0,
                at("08:45"),
                0,
                List.of(),
                null,
                null);

        assertThat(PlanRule.waitsSince(forced, Deferrals.NONE, schedule -> Window.NONE))
                .isEqualTo(at("08:45"));
        assertThat(planned(forced).overdue()).isTrue();
    }

    @Test
    void anOrderOfNoneIsEmpty() {
        assertThat(PlanRule.order(List.of(), Deferrals.NONE, NOW, INTERVAL, schedule -> Window.NONE))
                .isEmpty();
    }

    private static Planned planned(Candidate candidate) {
        return PlanRule.order(List.of(candidate), Deferrals.NONE, NOW, INTERVAL, schedule -> Window.NONE)
                .get(0);
    }

    private void assertInOrder(Candidate... expected) {
        List<Candidate> shuffled = new ArrayList<>(List.of(expected));
        Random random = seed.random();
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(shuffled, random);
            List<Candidate> given = List.copyOf(shuffled);

            assertThat(PlanRule.order(shuffled, Deferrals.NONE, NOW, INTERVAL, schedule -> Window.NONE))
                    .as("with %s", seed)
                    .extracting(Planned::candidate)
                    .containsExactly(expected);
            assertThat(shuffled).as("the given list stays as it is").isEqualTo(given);
        }
    }

    private static Candidate candidate(
            String id, Priority priority, String cron, String fireTime, FireSeries... missed) {
        Schedule schedule = Schedule.builder(id, cron, "t").priority(priority).build();
        Instant fire = at(fireTime);
        return new Candidate(
                GivenDocument.of(schedule).stored(),
                FireKey.of(fire),
                fire,
                false,
                0,
                fire,
                0,
                List.of(missed),
                null,
                null);
    }

    private static Candidate superseding(PendingFire pending) {
        Instant fire = at("09:00");
        return new Candidate(
                GivenDocument.of("*/10 * * * *")
                        .cursor("08:50")
                        .pending(pending)
                        .stored(),
                FireKey.of(fire),
                fire,
                false,
                0,
                fire,
                0,
                List.of(),
                pending,
                null);
    }

    private static FireSeries series(Outcome outcome, String reason, String first) {
        return new FireSeries(outcome, reason, 1, true, at(first), at(first));
    }
}
