package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.engine.BreakerRule.Gate;
import dev.heartbeat.engine.BreakerRule.Word;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.schedule.Times;
import dev.heartbeat.task.Breaker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random instances, outcomes and deaths over one circuit that all share by compare-and-set, as the state board changes it:
 * a change is always made on the value as it stands.
 */
class BreakerPropertyTest {
    private static final int ROUNDS = 300;
    private static final int STEPS = 200;
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final Seed seed = new Seed();
    private final Random random = seed.random();
    private int openings;
    private int deaths;
    private int recoveries;

    @Test
    void thereAreNeverTwoProbesAtOnceAndFewFailuresStartWhileItIsClosed() {
        for (int round = 0; round < ROUNDS; round++) {
            Play play = new Play(1 + random.nextInt(4));
            for (int step = 0; step < STEPS; step++) {
                play.step();
            }
            play.heal();
        }
        assertThat(openings).as("openings with %s", seed).isGreaterThan(ROUNDS);
        assertThat(deaths).as("deaths of probes with %s", seed).isGreaterThan(ROUNDS);
        assertThat(recoveries).as("recoveries with %s", seed).isGreaterThan(ROUNDS);
    }

    /** A run that is under way somewhere. */
    private record Run(String schedule, String pulse, boolean probe) {}

    private final class Play {
        private final Breaker breaker = new Breaker(1 + random.nextInt(5), Duration.ofSeconds(1 + random.nextInt(300)));
        private final int most;
        private final List<Run> running = new ArrayList<>();
        private Circuit circuit = Circuit.CLOSED;
        private Instant now = Times.at("09:00");
        private int pulses;
        private int inARow;

        Play(int most) {
            this.most = most;
        }

        void step() {
            now = now.plusMillis(random.nextInt(20_000));
            running.stream()
                    .filter(Run::probe)
                    .forEach(run ->
                            circuit = BreakerRule.renewed(circuit, run.schedule(), run.pulse(), now.plus(LEASE)));
            if (running.size() < most && random.nextInt(3) > 0) {
                start();
            } else if (!running.isEmpty()) {
                Run run = running.remove(random.nextInt(running.size()));
                if (random.nextInt(8) == 0) {
                    deaths += run.probe() ? 1 : 0; // it tells nothing, and is renewed no more
                } else {
                    end(run, word());
                }
            }
            check();
        }

        private Word word() {
            int n = random.nextInt(10);
            return n < 2 ? Word.SUCCEEDED : n < 4 ? Word.NOTHING : Word.FAILED;
        }

        private void start() {
            String schedule = "s" + random.nextInt(3);
            String pulse = "p" + pulses++;
            Gate gate = BreakerRule.gate(circuit, schedule, pulse, now);
            if (gate == Gate.PROBE) {
                circuit = BreakerRule.probing(circuit, schedule, pulse, now, now.plus(LEASE));
                String second = "p" + pulses++;
                assertThat(BreakerRule.probing(circuit, "other", second, now, now.plus(LEASE)))
                        .as("another instance that read the same comes too late, %s", seed)
                        .isEqualTo(circuit);
                assertThat(BreakerRule.gate(circuit, schedule, pulse, now)).isEqualTo(Gate.PASS);
                running.add(new Run(schedule, pulse, true));
            } else if (gate == Gate.PASS) {
                assertThat(circuit.isClosed())
                        .as("only its probe passes a circuit that is not closed, %s", seed)
                        .isTrue();
                running.add(new Run(schedule, pulse, false));
            } else {
                assertThat(circuit.heldUntil())
                        .as("what is held back is held until a time to come, %s", seed)
                        .isAfter(now);
            }
        }

        private void end(Run run, Word word) {
            Circuit before = circuit;
            circuit = BreakerRule.after(before, breaker, word, run.schedule(), run.pulse(), now);
            if (before.isClosed()) {
                inARow = word == Word.FAILED ? inARow + 1 : word == Word.SUCCEEDED ? 0 : inARow;
                assertThat(circuit.isClosed())
                        .as("after %s failures in a row of %s, %s", inARow, breaker, seed)
                        .isEqualTo(inARow < breaker.failuresInARow());
                openings += circuit.isClosed() ? 0 : 1;
            } else if (run.probe() && word == Word.SUCCEEDED) {
                inARow = 0;
                recoveries++;
                assertThat(circuit).as("%s", seed).isEqualTo(Circuit.CLOSED);
            } else if (run.probe() && word == Word.FAILED) {
                assertThat(BreakerRule.gate(
                                circuit, "x", "y", now.plus(breaker.coolDown()).minusMillis(1)))
                        .as("another whole cool-down, %s", seed)
                        .isEqualTo(Gate.HOLD);
            } else {
                assertThat(circuit.withProbe(null)).as("nothing new, %s", seed).isEqualTo(before.withProbe(null));
            }
        }

        private void check() {
            assertThat(running.stream().filter(Run::probe).count())
                    .as("probes at once, %s", seed)
                    .isLessThanOrEqualTo(1);
            assertThat(circuit.isClosed() ? circuit.failures() : 0)
                    .as("%s", seed)
                    .isLessThan(breaker.failuresInARow());
        }

        /** Whatever has happened, when the far side is well again the circuit closes after the cool-down and a lease. */
        void heal() {
            running.clear();
            now = now.plus(breaker.coolDown()).plus(LEASE).plusMillis(1);
            if (BreakerRule.gate(circuit, "h", "healer", now) == Gate.PROBE) {
                circuit = BreakerRule.probing(circuit, "h", "healer", now, now.plus(LEASE));
            }
            assertThat(BreakerRule.gate(circuit, "h", "healer", now))
                    .as("%s", seed)
                    .isEqualTo(Gate.PASS);
            circuit = BreakerRule.after(circuit, breaker, Word.SUCCEEDED, "h", "healer", now);
            assertThat(circuit).as("%s", seed).isEqualTo(Circuit.CLOSED);
        }
    }
}
