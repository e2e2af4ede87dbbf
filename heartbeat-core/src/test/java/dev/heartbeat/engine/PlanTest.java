package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final long WHOLE = seconds(55);

    private final Map<String, Long> likely = new HashMap<>();
    private final List<Planned> order = new ArrayList<>();

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    /** A fire, in the order of the calls, that will likely take so many seconds; 0 is unknown. */
    private void fire(String id, long seconds, Priority priority, boolean overdue) {
        fire(id, seconds, priority, overdue, null);
    }

    private void fire(String id, long seconds, Priority priority, boolean overdue, Candidate.Settle settle) {
        Schedule schedule =
                Schedule.builder(id, "0 * * * *", id).priority(priority).build();
        Instant time = at("09:00");
        Candidate candidate = new Candidate(
                GivenDocument.of(schedule).stored(),
                FireKey.of(time),
                time,
                false,
                0,
                time,
                0,
                List.of(),
                null,
                settle);
        order.add(new Planned(candidate, priority, overdue, time, at("10:00")));
        likely.put(id, seconds(seconds));
    }

    private void fire(String id, long seconds) {
        fire(id, seconds, Priority.NORMAL, false);
    }

    private Plan plan() {
        Plan plan = new Plan(candidate -> likely.getOrDefault(candidate.id(), 0L), WHOLE, LoadModel.NO_GATE);
        plan.add(order);
        return plan;
    }

    private static Places places(long leftSeconds, long... atWorkSeconds) {
        List<Long> atWork = new ArrayList<>();
        for (long each : atWorkSeconds) {
            atWork.add(seconds(each));
        }
        return new Places(seconds(leftSeconds), 2, atWork, List.of());
    }

    private static List<String> next(Plan plan, Places places) {
        return plan.next(places, 100).stream().map(Candidate::id).toList();
    }

    /** Such as the next fire of a backlog, which is added when the one before is recorded. */
    @Test
    void whatIsCriticalStartsBeforeAllElseAlsoWhenItIsAddedLater() {
        fire("low", 10, Priority.LOW, true);
        fire("normal", 10);
        Plan plan = plan();
        order.clear();
        fire("first", 10, Priority.CRITICAL, false);
        fire("second", 10, Priority.CRITICAL, false);
        fire("last", 10, Priority.HIGH, true);
        plan.add(order);

        assertThat(next(plan, places(55))).containsExactly("first", "second", "low", "normal", "last");
    }

    @Test
    void whatLikelyEndsInTimeStartsAndTheRestStaysDue() {
        fire("a", 30);
        fire("b", 30);
        fire("c", 20);
        fire("d", 30);
        fire("e", 20);
        Plan plan = plan();

        assertThat(next(plan, places(55))).as("two places, 55 s").containsExactly("a", "b", "c", "e");
        assertThat(plan.rest()).extracting(Candidate::id).containsExactly("d");
        assertThat(plan.isEmpty()).isFalse();
    }

    @Test
    void whatDoesNotFitLetsShorterOnesPass() {
        fire("long", 50);
        fire("short", 5);
        Plan plan = plan();

        assertThat(next(plan, places(40))).containsExactly("short");
        assertThat(next(plan, places(40)))
                .as("and waits, though a place is idle")
                .isEmpty();
    }

    /** Waiting would teach nothing: the first run shows how long the task takes. */
    @Test
    void whatNobodyHasSeenAtWorkIsExpectedToFit() {
        fire("a", 0);
        fire("b", 0);
        fire("c", 0);

        assertThat(next(plan(), places(1, 30, 0))).containsExactly("a", "b", "c");
    }

    @Test
    void nothingStartsWhenAllPlacesAreTakenForLonger() {
        fire("a", 1);
        fire("unknown", 0);
        fire("critical", 1, Priority.CRITICAL, true);

        assertThat(next(plan(), places(10, 20, 30))).isEmpty();
    }

    @Test
    void criticalWorkStartsWhateverIsPredicted() {
        fire("critical", 300, Priority.CRITICAL, false);
        fire("b", 5);

        assertThat(next(plan(), places(10))).containsExactly("critical", "b");
    }

    /** Rule B5. */
    @Test
    void whatHasWaitedAnIntervalStartsWhateverIsPredicted() {
        fire("overdue", 50, Priority.LOW, true);
        fire("b", 50);
        Plan plan = plan();

        assertThat(next(plan, places(40))).containsExactly("overdue");
        assertThat(plan.rest()).extracting(Candidate::id).containsExactly("b");
    }

    /** No other pulse would have more room for it, so waiting for one gains nothing. */
    @Test
    void whatIsTooLongForAnyPulseStartsOnAPlaceThatNothingElseCanUse() {
        fire("too-long", 300);
        fire("a", 50);
        fire("b", 50);
        Plan plan = plan();

        assertThat(next(plan, places(55))).containsExactly("a", "b");
        assertThat(next(plan, places(54, 49, 49))).as("every place is taken").isEmpty();
        assertThat(plan.couldUse(seconds(54))).isTrue();
        assertThat(next(plan, places(5, 49))).as("one is idle").containsExactly("too-long");
        assertThat(plan.isEmpty()).isTrue();
    }

    @Test
    void whatIsTooLongForAnyPulseTakesIdlePlacesOnly() {
        fire("a", 300);
        fire("b", 300);
        fire("c", 300);
        Plan plan = plan();

        assertThat(next(plan, places(55))).containsExactly("a", "b");
        assertThat(next(plan, places(55, 299, 299))).isEmpty();
    }

    @Test
    void aPlanIsLookedAtAgainWithWhatIsReallyLeft() {
        fire("a", 30);
        fire("b", 30);
        fire("c", 25);
        Plan plan = plan();
        assertThat(next(plan, places(50))).containsExactly("a", "b");

        assertThat(next(plan, places(40, 5, 30)))
                .as("a place is about to be free much earlier than predicted")
                .containsExactly("c");
    }

    @Test
    void aPlanIsLookedAtAgainWithWhatHasBeenLearned() {
        fire("a", 0);
        fire("b", 0);
        Plan plan = plan();
        likely.put("a", seconds(50));

        assertThat(next(plan, places(40))).containsExactly("b");
        likely.put("a", seconds(30));
        assertThat(next(plan, places(35))).containsExactly("a");
    }

    @Test
    void aRunThatTakesLongerThanWasLikelyIsExpectedToTakeAsLongAgain() {
        assertThat(Places.remaining(seconds(10), seconds(4))).isEqualTo(seconds(6));
        assertThat(Places.remaining(seconds(10), seconds(12))).isEqualTo(seconds(12));
        assertThat(Places.remaining(0, seconds(3))).isEqualTo(seconds(3));
        assertThat(Places.remaining(0, 0))
                .as("a place that is taken is not idle")
                .isEqualTo(1);
    }

    @Test
    void runsThatWaitForAPlaceCountToo() {
        fire("a", 20);
        Places crowded = new Places(seconds(55), 1, List.of(seconds(30)), List.of(seconds(10)));

        assertThat(next(plan(), crowded))
                .as("30 and 10 and 20 are more than 55")
                .isEmpty();
    }

    @Test
    void atMostSoManyAreTakenOutInTheirOrder() {
        fire("a", 1);
        fire("b", 1);
        fire("c", 1);
        Plan plan = plan();

        assertThat(plan.next(places(55), 2)).extracting(Candidate::id).containsExactly("a", "b");
        assertThat(plan.next(places(55), 2)).extracting(Candidate::id).containsExactly("c");
        assertThat(plan.next(places(55), 2)).isEmpty();
    }

    @Test
    void whatOnlyEndsAFireNeedsNoPlace() {
        fire("a", 1);
        fire("lost", 30, Priority.NORMAL, false, new Candidate.Settle(Outcome.FAILED, "lost", "lost"));
        Plan plan = plan();

        assertThat(next(plan, places(10, 20, 20))).containsExactly("lost");
        assertThat(next(plan, places(10, 20, 20))).isEmpty();
    }

    @Test
    void nothingIsWaitedForThatCouldNotStartAnyWay() {
        fire("a", 30);
        Plan plan = plan();

        assertThat(plan.couldUse(seconds(31))).isTrue();
        assertThat(plan.couldUse(seconds(29))).isFalse();
    }

    @Test
    void theReasonSaysWhatWasLikelyAndWhatWasLeft() {
        fire("too-slow", 50);
        fire("never-reached", 1);
        Plan plan = plan();
        next(plan, places(40, 10, 10));
        next(plan, places(20, 30, 30));

        assertThat(plan.reason(plan.rest().get(0)))
                .isEqualTo(PulseDetail.WOULD_NOT_FIT + ": likely takes 50 s, 30 s were left");
        assertThat(order).hasSize(2);
    }

    @Test
    void theReasonOfWhatWasNotReachedIsTheBudget() {
        fire("a", 30);
        Plan plan = plan();
        next(plan, places(20, 30, 30));

        assertThat(plan.reason(plan.rest().get(0))).isEqualTo(PulseDetail.BUDGET);
    }
}
