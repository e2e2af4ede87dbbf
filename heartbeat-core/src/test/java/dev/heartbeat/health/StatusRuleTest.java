package dev.heartbeat.health;

import static dev.heartbeat.health.PulseStatus.ALIVE;
import static dev.heartbeat.health.PulseStatus.ERROR;
import static dev.heartbeat.health.PulseStatus.UNKNOWN;
import static dev.heartbeat.health.PulseStatus.WARNING;
import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusRuleTest {
    private static final StatusRule RULE = new StatusRule(StatusRule.DEFAULT_STALE_AFTER);
    private static final Instant NOW = at("12:00");

    /** Each row: the record's time and errors, the failure's time, then what is expected at noon. */
    @ParameterizedTest(name = "{5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "-,            0, -,            UNKNOWN, not-started,         nothing was ever recorded",
                "-,            0, 11:00,        ERROR,   pulse-failed,        a failure and no record",
                "11:50,        0, -,            ALIVE,   '',                  a fresh record",
                "12:00,        0, -,            ALIVE,   '',                  a record of this instant",
                "11:45:00.001, 0, -,            ALIVE,   '',                  one millisecond under fifteen minutes",
                "11:45,        0, -,            WARNING, late,                exactly fifteen minutes",
                "02:00,        0, -,            WARNING, late,                ten hours",
                "11:50,        2, -,            ERROR,   degraded,            a fresh record with errors",
                "11:45,        2, -,            ERROR,   degraded late,       a stale record with errors",
                "11:50,        0, 11:49:59.999, ALIVE,   '',                  a failure older than the record",
                "11:50,        0, 11:50,        ERROR,   pulse-failed,        a failure at the instant of the record",
                "11:50,        0, 11:51,        ERROR,   pulse-failed,        a failure newer than the record",
                "11:50,        2, 11:51,        ERROR,   pulse-failed degraded, a failure newer than a record with errors",
                "11:40,        0, 11:51,        ERROR,   pulse-failed late,   a failure newer than a stale record",
                "11:40,        0, 11:30,        WARNING, late,                a failure older than a stale record",
                "11:40,        1, 11:30,        ERROR,   degraded late,       a failure older than a stale record with errors",
                "12:01,        0, -,            ALIVE,   '',                  a record a minute ahead is tolerated",
                "12:01:00.001, 0, -,            ALIVE,   clock-skew,          a record further ahead counts as age zero",
                "23:00,        0, -,            ALIVE,   clock-skew,          a record far ahead counts as age zero",
                "23:00,        1, -,            ERROR,   degraded clock-skew, a record far ahead with errors",
                "12:01,        0, 12:00,        ALIVE,   '',                  a failure before a record slightly ahead",
            })
    void theFirstRowThatHoldsDecides(
            String timestamp, int errors, String failedAt, PulseStatus status, String conditions, String what) {
        HeartbeatRecord record = timestamp == null ? null : record(timestamp, errors);
        PulseFailure failure =
                failedAt == null ? null : new PulseFailure(at(failedAt), Condition.PULSE_FAILED, "no connection");

        assertThat(RULE.status(record, failure, NOW)).as(what).isEqualTo(status);
        assertThat(RULE.conditions(record, failure, NOW))
                .as(what)
                .extracting(Condition::name)
                .containsExactlyElementsOf(conditions.isEmpty() ? List.of() : List.of(conditions.split(" ")));
    }

    @Test
    void staleAfterMovesTheLimit() {
        StatusRule patient = new StatusRule(Duration.ofHours(4));

        assertThat(patient.status(record("08:00:00.001", 0), null, NOW)).isEqualTo(ALIVE);
        assertThat(patient.status(record("08:00", 0), null, NOW)).isEqualTo(WARNING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void staleAfterIsMoreThanZero(Duration staleAfter) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StatusRule(staleAfter))
                .withMessage("staleAfter " + staleAfter + " is not allowed; more than zero");
    }

    @Test
    void aPulseFailureIsNamedWithItsCauseAndTime() {
        PulseFailure failure = new PulseFailure(at("11:59"), Condition.STORE_UNREADABLE, "The store did not answer");

        Condition condition = RULE.conditions(record("11:50", 0), failure, NOW).get(0);

        assertThat(condition.name()).isEqualTo(Condition.STORE_UNREADABLE);
        assertThat(condition.cause()).isEqualTo("The store did not answer");
        assertThat(condition.since()).isEqualTo(at("11:59"));
        assertThat(condition.nextStep()).contains("store");
    }

    @Test
    void anErrorIsNamedAndTheOthersAreCounted() {
        Condition one = RULE.conditions(record("11:50", 1), null, NOW).get(0);
        Condition three = RULE.conditions(record("11:50", 3), null, NOW).get(0);

        assertThat(one.cause()).isEqualTo("mail-0: no connection");
        assertThat(three.cause()).isEqualTo("mail-0: no connection (and 2 more)");
        assertThat(three.since()).isEqualTo(at("11:50"));
    }

    @Test
    void aLatePulseIsNamedWithItsAgeAndSource() {
        Condition late = RULE.conditions(record("11:30", 0), null, NOW).get(0);

        assertThat(late.cause()).isEqualTo("The last pulse came 30 minutes ago, from github-actions");
        assertThat(late.since()).as("since it was expected").isEqualTo(at("11:40"));
    }

    @Test
    void everyConditionSaysWhatToDo() {
        List<Condition> all = new ArrayList<>(RULE.conditions(null, null, NOW));
        all.addAll(RULE.conditions(
                record("11:30", 1), new PulseFailure(NOW, Condition.PULSE_FAILED, "no connection"), NOW));
        all.addAll(RULE.conditions(record("13:00", 0), null, NOW));

        assertThat(all)
                .extracting(Condition::name)
                .containsExactly("not-started", "pulse-failed", "degraded", "late", "clock-skew");
        assertThat(all).allSatisfy(condition -> assertThat(condition.nextStep()).isNotBlank());
    }

    @Test
    void healthyMeansAlive() {
        for (PulseStatus status : PulseStatus.values()) {
            Health health = new Health(status, List.of(), Optional.empty(), true, NOW);

            assertThat(health.healthy()).isEqualTo(status == ALIVE);
        }
    }

    @ParameterizedTest
    @CsvSource({"ALIVE, alive", "WARNING, warning", "ERROR, error", "UNKNOWN, unknown"})
    void aStatusHasTheWordOfThePlaybook(PulseStatus status, String text) {
        assertThat(status.text()).isEqualTo(text);
        assertThat(PulseStatus.values()).containsExactly(ALIVE, WARNING, ERROR, UNKNOWN);
    }

    private static HeartbeatRecord record(String timestamp, int errors) {
        List<HeartbeatError> list = new ArrayList<>();
        for (int i = 0; i < errors; i++) {
            list.add(new HeartbeatError("mail-" + i, "no connection", at(timestamp)));
        }
        return new HeartbeatRecord(
                at(timestamp),
                at(timestamp),
                0,
                0,
                0,
                0,
                list,
                errors,
                at(timestamp).plusSeconds(600),
                "p1",
                "github-actions",
                12);
    }
}
