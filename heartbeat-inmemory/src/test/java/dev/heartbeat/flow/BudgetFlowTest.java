package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule B49: what a pulse asks of its store fits into its budget, and closing has a share of its own. */
class BudgetFlowTest {
    private static final Duration BUDGET = Duration.ofSeconds(8);
    private static final Duration RESERVE = Duration.ofSeconds(2);

    private final World world = new World();
    private final Map<String, Duration> longest = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        world.close();
    }

    private void watch(String verb) {
        world.probe.around(verb, call -> {
            for (Object argument : call.arguments()) {
                if (argument instanceof CallLimit limit) {
                    longest.merge(verb, limit.remaining(), BudgetFlowTest::longer);
                } else if (argument instanceof DueQuery query) {
                    longest.merge(verb, query.callLimit().remaining(), BudgetFlowTest::longer);
                }
            }
            return call.proceed();
        });
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    @Test
    void theWorkLeavesTheReserveAloneAndClosingTakesWhatIsLeft() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.now("a").build());
        world.probe.failAfter("claim");
        assertThatThrownBy(heartbeat::pulse).isInstanceOf(StoreException.class);
        List.of("findDue", "claim", "release", "heartbeat", "saveHeartbeat", "savePulse")
                .forEach(this::watch);

        assertThat(outcome(heartbeat.pulse(PulseRequest.from("test").budget(BUDGET)), "a"))
                .isEqualTo(Outcome.EXECUTED);

        assertThat(new TreeMap<>(longest))
                .hasSize(6)
                .allSatisfy(
                        (verb, limit) -> assertThat(limit).as(verb).isPositive().isLessThanOrEqualTo(BUDGET));
        for (String work : List.of("findDue", "claim", "release")) {
            assertThat(longest.get(work)).as(work).isLessThanOrEqualTo(BUDGET.minus(RESERVE));
        }
    }

    /** A run that an earlier pulse could not record is the first thing that the next pulse sees to. */
    @Test
    void whatIsMadeUpForLivesOnTheBudgetOfThePulseThatDoesIt() {
        Heartbeat heartbeat = world.heartbeat(builder ->
                builder.executor(Runnable::run).budget(Duration.ofSeconds(2)).task("work", world::note));
        heartbeat.schedules().define(world.now("a").build());
        world.probe.failBefore("record");
        heartbeat.pulse();
        watch("record");
        heartbeat.pulse();

        assertThat(world.ledger("a")).hasSize(1);
        assertThat(longest.get("record")).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    /** Also an Error is a pulse that failed, and health says so. */
    @Test
    void anErrorOfThePulseItselfIsSeenInTheHealthOfItsProcess() {
        Heartbeat heartbeat = world.working();
        heartbeat.pulse();
        world.probe.once("findDue", call -> {
            throw new NoClassDefFoundError("com/acme/Driver");
        });

        assertThatThrownBy(heartbeat::pulse).isInstanceOf(NoClassDefFoundError.class);

        assertThat(heartbeat.health().status()).isEqualTo(PulseStatus.ERROR);
        assertThat(heartbeat.health().conditions())
                .filteredOn(condition -> condition.name().equals(Condition.PULSE_FAILED))
                .singleElement()
                .satisfies(
                        condition -> assertThat(condition.cause()).contains("NoClassDefFoundError", "com/acme/Driver"));
        heartbeat.pulse();
        assertThat(heartbeat.health().conditions()).extracting(Condition::name).doesNotContain(Condition.PULSE_FAILED);
    }

    /** Rule A5: a one-off has one start, at its instant. */
    @Test
    void aOneOffThatHasNotRunIsNotForcedAndSaysSo() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(Schedule.builder("once", "@at 2026-02-15T09:00:00Z", "work")
                        .build());

        assertThat(heartbeat.schedules().runNow("once", Audit.by("ann", "now"))).isFalse();
        heartbeat.pulse();
        assertThat(world.starts("once")).isZero();
        world.at("09:00:00");
        heartbeat.pulse();
        assertThat(world.starts("once")).isEqualTo(1);

        assertThat(heartbeat.schedules().runNow("once", Audit.by("ann", "again")))
                .isTrue();
        heartbeat.pulse();
        assertThat(world.starts("once")).as("it has run; now it is asked for").isEqualTo(2);
    }
}
