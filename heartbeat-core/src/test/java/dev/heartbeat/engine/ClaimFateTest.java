package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PendingFire.State;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a token is told that is not, or not any more, the claim in force: rule B10. */
class ClaimFateTest {
    private static final RunToken TOKEN = token("mine");

    /** Each row: the fire as it is found, whose answer its last attempt had, and whose claim it is now. */
    @ParameterizedTest(name = "{0}, {1} starts, answered {2}, claimed by {3}: {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                "WAITING,  1, mine,      -,     ALREADY_DONE",
                "WAITING,  1, mine.next, -,     ALREADY_DONE",
                "WAITING,  1, other,     -,     EXPIRED",
                "WAITING,  1, mine2,     -,     EXPIRED",
                "WAITING,  0, -,         -,     EXPIRED",
                "CLAIMED,  2, mine,      other, ALREADY_DONE",
                "CLAIMED,  2, -,         other, EXPIRED",
                "CLAIMED,  2, other,     third, EXPIRED",
                "CLAIMED,  1, -,         other, UNKNOWN",
                "CLAIMED,  1, -,         mine2, UNKNOWN",
                "ACCEPTED, 1, -,         other, UNKNOWN",
                "ACCEPTED, 1, -,         mine,  EXPIRED",
                "ACCEPTED, 2, -,         mine,  EXPIRED",
                "CLAIMED,  1, -,         end,   EXPIRED", // a claim that only ends what somebody had
            })
    void aTokenOfAPendingFireIs(State is, int starts, String answered, String claimed, Completion fate) {
        PendingFire fire = new PendingFire(
                TOKEN.fireKey(),
                at("09:00"),
                false,
                false,
                starts,
                is,
                claimed == null ? null : token(claimed),
                claimed == null || claimed.equals("end") ? null : "somebody",
                at("09:10"),
                List.of(),
                false,
                null,
                answered == null ? null : token(answered),
                null);

        assertThat(ClaimFate.pending(fire, TOKEN)).isEqualTo(fate);
    }

    @ParameterizedTest(name = "entry of {0}: {1}")
    @CsvSource(
            nullValues = "-",
            value = {
                "mine,      ALREADY_DONE",
                "mine.next, ALREADY_DONE",
                "mine2,     EXPIRED",
                "other,     EXPIRED",
                "-,         EXPIRED",
            })
    void aTokenOfAnEndedFireIs(String entry, Completion fate) {
        RunRecord run = new RunRecord(
                GivenDocument.ID,
                TOKEN.fireKey(),
                "send-mail",
                null,
                Outcome.EXECUTED,
                null,
                at("09:00"),
                at("09:00"),
                1,
                true,
                1,
                entry == null ? null : token(entry),
                "p",
                null,
                at("09:01"),
                null,
                Map.of());

        assertThat(ClaimFate.ended(run, TOKEN)).isEqualTo(fate);
    }

    @Test
    void eachAnswerByTokenHasATokenOfItsOwn() {
        RunToken answer = AnswerToken.of(TOKEN, "r1");

        assertThat(answer).isNotEqualTo(AnswerToken.of(TOKEN, "r2")).isNotEqualTo(TOKEN);
        assertThat(answer.scheduleId()).isEqualTo(TOKEN.scheduleId());
        assertThat(answer.fireKey()).isEqualTo(TOKEN.fireKey());
        assertThat(AnswerToken.answers(answer, TOKEN)).isTrue();
        assertThat(AnswerToken.answers(TOKEN, answer)).isFalse();
    }

    private static RunToken token(String random) {
        return RunToken.of(GivenDocument.ID, "20260215T090000Z", random);
    }
}
