package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.PendingFire.State;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PendingFireTest {
    private static final RunToken ANSWER = RunToken.of("mail", "k", "answer");

    @ParameterizedTest(name = "{0} until 09:10 at {1}: {2}")
    @CsvSource({
        "CLAIMED,  09:09:59, true",
        "CLAIMED,  09:10:00, true",
        "CLAIMED,  23:00:00, true",
        "ACCEPTED, 09:09:59, true",
        "ACCEPTED, 09:10:00, false",
        "ACCEPTED, 23:00:00, false",
    })
    void aClaimThatHasRunOutIsInForceUntilSomebodyTakesItAndAnAcceptedRunUntilItsDeadline(
            State is, String storeNow, boolean inForce) {
        PendingFire fire = GivenDocument.fire(is, "09:00", 1, "09:10");

        assertThat(fire.isInForce(fire.token(), at(storeNow))).isEqualTo(inForce);
        assertThat(fire.isInForce(ANSWER, at(storeNow))).as("another token").isFalse();
    }

    @Test
    void aWaitingFireHasNoClaimInForceWhoeverAnsweredItLast() {
        PendingFire fire = GivenDocument.fire(State.CLAIMED, "09:00", 1, "09:10");
        PendingFire waiting = fire.waiting(1, at("09:20")).answered(fire.token());

        assertThat(waiting.answered()).isEqualTo(fire.token());
        assertThat(waiting.isInForce(fire.token(), at("09:00"))).isFalse();
    }

    @ParameterizedTest(name = "{0}, lease {1}: until {2}")
    @CsvSource({
        "CLAIMED,  PT20S, 09:05:20",
        "CLAIMED,  PT0S,  09:10:00",
        "ACCEPTED, PT20S, 09:10:00",
        "ACCEPTED, PT0S,  09:10:00",
    })
    void aRenewalMovesTheEndOfALeaseAndTakesProgressAlong(State is, Duration lease, String until) {
        PendingFire fire = GivenDocument.fire(is, "09:00", 1, "09:10").progress(Progress.of(0.1, "first"));

        PendingFire told = fire.renewed(new Renewal(fire.token(), Progress.of(0.5, "half")), lease, at("09:05"));
        PendingFire silent = fire.renewed(Renewal.of(fire.token()), lease, at("09:05"));

        assertThat(told).isEqualTo(fire.until(at(until)).progress(Progress.of(0.5, "half")));
        assertThat(silent).isEqualTo(fire.until(at(until)));
    }

    @Test
    void anAcceptedFireKeepsItsClaimAndAllElse() {
        PendingFire fire =
                GivenDocument.fire(State.CLAIMED, "09:00", 2, "09:10").progress(Progress.of(0.1, "first"));

        PendingFire accepted = fire.accepted(at("12:00"));

        assertThat(accepted.state()).isEqualTo(State.ACCEPTED);
        assertThat(accepted.until()).isEqualTo(at("12:00"));
        assertThat(accepted.token()).isEqualTo(fire.token());
        assertThat(accepted.starts()).isEqualTo(2);
        assertThat(accepted.progress()).isEqualTo(fire.progress());
    }

    @ParameterizedTest
    @CsvSource({"-0.5, 0", "0, 0", "0.004, 0", "0.005, 1", "0.5, 50", "1, 100", "7, 100", "NaN, 0", "Infinity, 100"})
    void progressIsCutToItsRange(double fraction, int percent) {
        Progress progress = Progress.of(fraction, "x".repeat(300));

        assertThat(progress.percent()).isEqualTo(percent);
        assertThat(progress.note()).hasSize(200);
        assertThat(Progress.of(fraction, "").text()).isEqualTo(percent + " %");
        assertThat(Progress.of(fraction, "page 3").text()).isEqualTo(percent + " % page 3");
    }
}
