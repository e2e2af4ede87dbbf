package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.heartbeat.engine.BreakerRule.Gate;
import dev.heartbeat.engine.BreakerRule.Word;
import dev.heartbeat.engine.Circuit.Probe;
import dev.heartbeat.task.Breaker;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BreakerRuleTest {
    private static final Breaker THREE = new Breaker(3, Duration.ofMinutes(5));
    private static final Instant OPENED = at("09:00");
    private static final Instant COOL = at("09:05");
    private static final Circuit OPEN = new Circuit(3, OPENED, COOL, null);
    private static final Circuit PROBED = OPEN.withProbe(new Probe("a", "p1", at("09:06")));

    private static Circuit failing(int failures) {
        return new Circuit(failures, null, null, null);
    }

    static Stream<Arguments> gates() {
        return Stream.of(
                arguments("closed", Circuit.CLOSED, "a", "p1", "09:00", Gate.PASS),
                arguments("closed with failures", failing(2), "a", "p1", "09:00", Gate.PASS),
                arguments("open", OPEN, "a", "p1", "09:00", Gate.HOLD),
                arguments("open at the last moment", OPEN, "a", "p1", "09:04:59.999", Gate.HOLD),
                arguments("cooled down", OPEN, "a", "p1", "09:05", Gate.PROBE),
                arguments("probed by this very run", PROBED, "a", "p1", "09:05:30", Gate.PASS),
                arguments("probed by another schedule", PROBED, "b", "p1", "09:05:30", Gate.HOLD),
                arguments("probed by another pulse", PROBED, "a", "p2", "09:05:30", Gate.HOLD),
                arguments("probed at the last moment", PROBED, "b", "p2", "09:05:59.999", Gate.HOLD),
                arguments("the probe has died", PROBED, "b", "p2", "09:06", Gate.PROBE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gates")
    void theGate(String what, Circuit circuit, String schedule, String pulse, String now, Gate gate) {
        assertThat(BreakerRule.gate(circuit, schedule, pulse, at(now))).isEqualTo(gate);
    }

    static Stream<Arguments> ends() {
        Circuit again = new Circuit(4, OPENED, at("09:10:30"), null);
        return Stream.of(
                arguments("one failure", Circuit.CLOSED, Word.FAILED, "x", failing(1)),
                arguments("a success between failures", failing(2), Word.SUCCEEDED, "x", Circuit.CLOSED),
                arguments("nothing between failures", failing(2), Word.NOTHING, "x", failing(2)),
                arguments(
                        "the last failure in a row",
                        failing(2),
                        Word.FAILED,
                        "x",
                        new Circuit(3, at("09:05:30"), at("09:10:30"), null)),
                arguments("a late failure while open", OPEN, Word.FAILED, "x", OPEN),
                arguments("a late success while open", OPEN, Word.SUCCEEDED, "x", OPEN),
                arguments("a late success while probed", PROBED, Word.SUCCEEDED, "x", PROBED),
                arguments("the probe succeeds", PROBED, Word.SUCCEEDED, "a", Circuit.CLOSED),
                arguments("the probe fails", PROBED, Word.FAILED, "a", again),
                arguments("the probe tells nothing", PROBED, Word.NOTHING, "a", OPEN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ends")
    void theEndOfARun(String what, Circuit circuit, Word word, String schedule, Circuit after) {
        assertThat(BreakerRule.after(circuit, THREE, word, schedule, "p1", at("09:05:30")))
                .isEqualTo(after);
    }

    @Test
    void oneFailureMayBeEnough() {
        Circuit after = BreakerRule.after(
                Circuit.CLOSED, new Breaker(1, Duration.ofSeconds(1)), Word.FAILED, "a", "p1", at("09:00"));

        assertThat(after).isEqualTo(new Circuit(1, at("09:00"), at("09:00:01"), null));
    }

    @Test
    void thePlaceOfTheProbeIsTakenOnlyWhenItIsFree() {
        Instant now = at("09:05:30");
        Instant until = at("09:05:50.123").plusNanos(456);
        assertThat(BreakerRule.probing(OPEN, "b", "p2", now, until).probe())
                .as("in whole milliseconds")
                .isEqualTo(new Probe("b", "p2", at("09:05:50.123")));
        assertThat(BreakerRule.probing(PROBED, "b", "p2", now, until)).isEqualTo(PROBED);
        assertThat(BreakerRule.probing(OPEN, "b", "p2", at("09:04"), until)).isEqualTo(OPEN);
        assertThat(BreakerRule.probing(failing(1), "b", "p2", now, until)).isEqualTo(failing(1));
        assertThat(BreakerRule.probing(PROBED, "b", "p2", at("09:06"), at("09:07"))
                        .probe())
                .as("after the death of the one that had it")
                .isEqualTo(new Probe("b", "p2", at("09:07")));
    }

    @Test
    void aProbeThatIsAliveKeepsItsPlaceAndOneThatHasLostItDoesNotGetItBack() {
        Circuit others = OPEN.withProbe(new Probe("b", "p2", at("09:06")));
        assertThat(BreakerRule.renewed(PROBED, "a", "p1", at("09:07")).probe())
                .isEqualTo(new Probe("a", "p1", at("09:07")));
        assertThat(BreakerRule.renewed(others, "a", "p1", at("09:07"))).isEqualTo(others);
        assertThat(BreakerRule.givenBack(PROBED, "a", "p1")).isEqualTo(OPEN);
        assertThat(BreakerRule.givenBack(others, "a", "p1")).isEqualTo(others);
        assertThat(BreakerRule.after(others, THREE, Word.SUCCEEDED, "a", "p1", at("09:05:30")))
                .isEqualTo(others);
    }

    @Test
    void whenTheNextMayTryIsTheEndOfTheCoolDownOrOfTheProbe() {
        assertThat(failing(2).heldUntil()).isNull();
        assertThat(OPEN.heldUntil()).isEqualTo(COOL);
        assertThat(PROBED.heldUntil()).isEqualTo(at("09:06"));
    }

    @Test
    void aCircuitIsReadAsItWasWritten() {
        for (Circuit circuit : new Circuit[] {Circuit.CLOSED, failing(2), OPEN, PROBED}) {
            assertThat(Circuit.read(circuit.write())).isEqualTo(circuit);
        }
        assertThat(Circuit.CLOSED.write())
                .as("a healthy circuit leaves nothing behind")
                .isEmpty();
    }

    @Test
    void whatMakesNoSenseIsAClosedCircuitOrNoProbe() {
        assertThat(Circuit.read(Map.of("failures", "many", "openUntil", "soon")))
                .isEqualTo(Circuit.CLOSED);
        assertThat(Circuit.read(Map.of("failures", -3L))).isEqualTo(Circuit.CLOSED);
        assertThat(Circuit.read(Map.of("failures", Long.MAX_VALUE)).failures()).isEqualTo(Integer.MAX_VALUE);
        Map<String, Object> open = new HashMap<>(OPEN.write());
        open.remove("openedAt");
        assertThat(Circuit.read(open)).isEqualTo(new Circuit(3, COOL, COOL, null));
        open.put("probe", Map.of("schedule", "a", "pulse", 7L, "until", COOL));
        assertThat(Circuit.read(open).probe()).isNull();
        open.put("probe", "a");
        assertThat(Circuit.read(open).probe()).isNull();
    }

    @Test
    void theCountOfFailuresDoesNotOverflow() {
        Circuit full = new Circuit(Integer.MAX_VALUE, OPENED, COOL, new Probe("a", "p1", at("09:06")));

        assertThat(BreakerRule.after(full, THREE, Word.FAILED, "a", "p1", at("09:05:30"))
                        .failures())
                .isEqualTo(Integer.MAX_VALUE);
    }
}
