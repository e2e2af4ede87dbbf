package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.heartbeat.store.PendingFire.State;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleStateTest {
    private static final FireSeries MISSED =
            new FireSeries(Outcome.MISSED, "coalesced", 2, true, at("07:00"), at("08:00"));

    @Test
    void aScheduleDefinedInJavaCountsFromItsCreation() {
        ScheduleState state = ScheduleState.startingAt(at("08:30"), "the rule");

        assertThat(state).isEqualTo(new ScheduleState(at("08:30"), null, "the rule", null, 0));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 2", "0, 0"})
    void aReleasedClaimGivesItsStartBackAndIsFreeAtOnce(int starts, int left) {
        ScheduleState claimed = new ScheduleState(
                at("09:00"),
                at("09:00:01"),
                "rule",
                GivenDocument.fire(State.CLAIMED, "09:00", starts, "09:00:20", MISSED),
                1);

        ScheduleState released = claimed.released(at("09:00:07"));

        PendingFire fire = released.pending();
        assertThat(fire.state()).isEqualTo(State.WAITING);
        assertThat(fire.starts()).isEqualTo(left);
        assertThat(fire.until()).isEqualTo(at("09:00:07"));
        assertThat(fire.token()).isNull();
        assertThat(fire.owner()).isNull();
        assertThat(fire.key()).isEqualTo(claimed.pending().key());
        assertThat(fire.missed()).as("still not in the ledger").containsExactly(MISSED);
        assertThat(released.withPending(null)).isEqualTo(claimed.withPending(null));
    }

    @Test
    void onlyAPendingFireCanBeReleased() {
        assertThatNullPointerException().isThrownBy(() -> ScheduleState.NEW.released(at("09:00")));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-, 09:00, 09:00", "08:00, 09:00, 09:00", "10:00, 09:00, 10:00"})
    void aFireFoundEndedMovesTheCursorPastItAndNeverBack(String cursor, String fireTime, String moved) {
        ScheduleState old = new ScheduleState(
                at(cursor), at("08:00"), "rule", GivenDocument.fire(State.CLAIMED, "09:00", 1, "09:00:20"), 2);

        assertThat(past(old, GivenDocument.fire(State.CLAIMED, fireTime, 1, null)))
                .isEqualTo(new ScheduleState(at(moved), at("08:00"), "rule", null, 2));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void aForcedOrBackfilledFireFoundEndedLeavesTheCursorAndABackfillGoesOnBehindIt(
            boolean forced, boolean backfilled) {
        Backfill before = new Backfill(at("05:00"), at("08:00"), at("07:00"), "ann");
        ScheduleState old = new ScheduleState(at("06:00"), at("08:00"), "rule", null, 2, before);
        PendingFire fire = GivenDocument.fire(State.CLAIMED, "07:00", 1, null);
        PendingFire ended = new PendingFire(
                fire.key(),
                fire.fireTime(),
                forced,
                backfilled,
                1,
                State.CLAIMED,
                fire.token(),
                "me",
                null,
                List.of(),
                false,
                null,
                null,
                null);
        Backfill after = before.withNext(null);

        ScheduleState asked = new ScheduleState(at("06:00"), at("12:00"), "new rule", ended, 0, after);
        assertThat(request(old, asked).past()).isEqualTo(old.withBackfill(after));
    }

    private static ScheduleState past(ScheduleState old, PendingFire ended) {
        return request(old, new ScheduleState(ended.fireTime(), at("12:00"), "new rule", ended, 0))
                .past();
    }

    private static ClaimRequest request(ScheduleState old, ScheduleState asked) {
        StoredSchedule seen = GivenDocument.of("0 * * * *").stored().withState(old);
        return new ClaimRequest(seen, asked, at("12:00"), Duration.ofSeconds(20), null);
    }

    @Test
    void aPendingFireThatWaitsHasNoClaimAndKeepsTheWishToEndIt() {
        PendingFire claimed = GivenDocument.fire(State.CLAIMED, "09:00", 1, "09:00:20", MISSED)
                .progress(Progress.of(0.5, "half"))
                .cancelling();

        PendingFire waiting = claimed.waiting(1, at("09:05"));

        assertThat(claimed.cancelRequested()).isTrue();
        assertThat(waiting)
                .isEqualTo(new PendingFire(
                        claimed.key(),
                        at("09:00"),
                        false,
                        1,
                        State.WAITING,
                        null,
                        null,
                        at("09:05"),
                        List.of(MISSED),
                        true));
        assertThat(waiting.withoutMissed().missed()).isEmpty();
        assertThat(claimed.isHeldBy(claimed.token())).isTrue();
        assertThat(waiting.isHeldBy(claimed.token())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"08:59:59.999, true", "09:00, false", "09:00:01, false"})
    void aPauseHoldsUntilItsEndExclusive(String now, boolean holds) {
        assertThat(new Pause(at("09:00"), "ada", "").holds(at(now))).isEqualTo(holds);
    }

    @Test
    void aPauseWithoutEndHoldsAsLongAsAnybodyWillWait() {
        assertThat(new Pause(Pause.INDEFINITELY, "ada", "").holds(Instant.parse("9999-01-01T00:00:00Z")))
                .isTrue();
    }
}
