package dev.heartbeat.alert;

import static dev.heartbeat.alert.Alert.Kind.RAISED;
import static dev.heartbeat.alert.Alert.Kind.RECOVERED;
import static dev.heartbeat.alert.Alert.Kind.REPEATED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.insight.Finding.Kind;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules on what stands out of the past. */
class InsightAlertsTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final SettableClock clock = new SettableClock(NOON);
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicBoolean ledgerIsLost = new AtomicBoolean();
    private final CountDownLatch read = new CountDownLatch(1);
    private final Heartbeat heartbeat =
            Heartbeat.builder(watched()).name("shop").clock(clock).build();
    private final Mailbox box = new Mailbox("box");

    @AfterEach
    void close() {
        heartbeat.close();
    }

    /** The store; it counts how often the ledger is asked for, which may fail. */
    private HeartbeatStore watched() {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("runs")) {
                        readings.incrementAndGet();
                        if (ledgerIsLost.get()) {
                            throw new StoreException("no answer");
                        }
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    } finally {
                        if (method.getName().equals("pulses")) {
                            read.countDown();
                        }
                    }
                });
    }

    /** Four weeks of a daily schedule that becomes slower, the last run an hour ago. */
    private void becomesSlower() {
        for (int i = 0; i <= 27; i++) {
            Instant fire = clock.instant().minus(Duration.ofHours(1)).minus(Duration.ofDays(27 - i));
            RunRecord run = new RunRecord(
                    "deals",
                    "k" + i,
                    "video",
                    null,
                    Outcome.EXECUTED,
                    null,
                    fire,
                    fire,
                    1,
                    true,
                    1,
                    null,
                    "p",
                    fire,
                    fire.plusMillis(10_000 + 200L * i),
                    null,
                    Map.of());
            store.appendRuns(List.of(run), CallLimit.of(Duration.ofSeconds(10)));
        }
        heartbeat.pulse();
    }

    private Alerts alerts(Executor aside, AlertRule... rules) {
        Alerts.Builder builder =
                Alerts.builder(heartbeat, store).clock(clock).sink(box).aside(aside);
        for (AlertRule rule : rules) {
            builder.rule(rule);
        }
        return builder.build();
    }

    private static AlertRule slower() {
        return AlertRule.onInsight("slower", Kind.SLOWER, Kind.CAPACITY);
    }

    private static AlertRule late() {
        return AlertRule.on("late", PulseStatus.WARNING);
    }

    @Test
    void tellsOnceOfWhatStandsOutWithWhatToDo() {
        becomesSlower();
        Alerts alerts = alerts(Runnable::run, slower());
        assertThat(alerts.check()).as("it is read for the next look").isEmpty();
        clock.advance(Duration.ofMinutes(1));
        alerts.check();
        alerts.check();
        assertThat(box.take()).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(RAISED);
            assertThat(alert.title())
                    .isEqualTo("shop alive (slower): deals (task video) is slower by 11 % a week: from 10 s to 15 s in"
                            + " 27 days");
            assertThat(alert.causes()).extracting(Condition::name).containsExactly("slower");
            assertThat(alert.causes().get(0).nextStep()).startsWith("Look at what grows with it");
            assertThat(alert.text()).contains("next step: Look at what grows");
        });
    }

    @Test
    void whatTheRuleDoesNotNameIsNotTold() {
        becomesSlower();
        Alerts alerts = alerts(Runnable::run, AlertRule.onInsight("failing", Kind.FAILING_MORE));
        alerts.check();
        alerts.check();
        assertThat(readings.get()).isEqualTo(1);
        assertThat(box.take()).isEmpty();
    }

    @Test
    void withoutSuchARuleNothingIsRead() {
        becomesSlower();
        Alerts alerts = alerts(Runnable::run, late());
        alerts.check();
        alerts.check();
        assertThat(readings.get()).isZero();
    }

    @Test
    void itIsReadOnceAnHour() {
        becomesSlower();
        Alerts alerts = alerts(Runnable::run, slower());
        for (int minute = 0; minute < 60; minute++) {
            alerts.check();
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(readings.get()).isEqualTo(1);
        alerts.check();
        assertThat(readings.get()).isEqualTo(2);
    }

    @Test
    void itIsOverOnceNobodyHasSeenItForTwoHours() {
        becomesSlower();
        Alerts alerts = alerts(Runnable::run, slower());
        alerts.check();
        alerts.check();
        assertThat(box.takeKinds()).containsExactly(RAISED);
        clock.advance(Duration.ofDays(3)); // the schedule runs no more
        alerts.check();
        for (int minute = 0; minute < 120; minute++) {
            alerts.check();
            assertThat(box.take()).as("after %d minutes", minute).isEmpty();
            clock.advance(Duration.ofMinutes(1));
        }
        alerts.check();
        assertThat(box.takeKinds()).containsExactly(RECOVERED);
    }

    @Test
    void aStoreThatDoesNotAnswerKeepsNoOtherRuleWaitingAndIsNoRecovery() {
        becomesSlower();
        Alerts alerts = alerts(Runnable::run, slower(), late());
        alerts.check();
        alerts.check();
        assertThat(box.take()).extracting(Alert::rule).containsExactly("slower");
        ledgerIsLost.set(true);
        for (int hour = 0; hour < 6; hour++) {
            clock.advance(Duration.ofHours(1));
            alerts.check();
        }
        assertThat(readings.get()).isEqualTo(7);
        assertThat(box.take())
                .as("that no pulse comes; of the past nobody knows")
                .extracting(alert -> alert.rule() + " " + alert.kind())
                .containsExactly("late RAISED");
    }

    @Test
    void whatWasReadLastIsToldForThreeHoursAndNoLonger() {
        becomesSlower();
        Alerts alerts = alerts(Runnable::run, slower().repeating(Duration.ofMinutes(50)));
        alerts.check();
        alerts.check();
        ledgerIsLost.set(true);
        for (int hour = 0; hour < 6; hour++) {
            clock.advance(Duration.ofHours(1));
            alerts.check();
        }
        assertThat(box.takeKinds()).containsExactly(RAISED, REPEATED, REPEATED, REPEATED);
    }

    @Test
    void aSlowReadingKeepsNoOtherRuleWaitingAndIsNotBegunTwice() {
        becomesSlower();
        Queue<Runnable> begun = new ArrayDeque<>();
        Alerts alerts = alerts(begun::add, slower(), late());
        alerts.check();
        clock.advance(Duration.ofHours(2));
        alerts.check();
        assertThat(box.take()).extracting(Alert::rule).containsExactly("late");
        assertThat(begun).hasSize(1);
        begun.remove().run();
        alerts.check();
        assertThat(box.take()).extracting(Alert::rule).containsExactly("slower");
        assertThat(begun).hasSize(1);
    }

    @Test
    void withoutAThreadTheOtherRulesGoOn() {
        becomesSlower();
        Alerts alerts = alerts(
                work -> {
                    throw new RejectedExecutionException("no thread");
                },
                slower(),
                late());
        clock.advance(Duration.ofHours(1));
        alerts.check();
        alerts.check();
        assertThat(box.take()).extracting(Alert::rule).containsExactly("late");
    }

    @Test
    void maintenanceAndPatienceAreAsWithOtherRules() {
        becomesSlower();
        Alerts alerts = alerts(Runnable::run, slower().after(Duration.ofHours(2)));
        heartbeat.schedules().pauseAll(NOON.plus(Duration.ofHours(3)), Audit.by("ann", "upgrade"));
        for (int hour = 0; hour < 4; hour++) {
            alerts.check();
            alerts.check();
            assertThat(box.take()).as("after %d hours", hour).hasSize(hour < 3 ? 0 : 1);
            clock.advance(Duration.ofHours(1));
        }
    }

    @Test
    void ofTwoInstancesOneTells() {
        becomesSlower();
        Alerts one = alerts(Runnable::run, slower());
        Alerts other = alerts(Runnable::run, slower());
        for (int minute = 0; minute < 3; minute++) {
            one.check();
            other.check();
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(box.takeKinds()).containsExactly(RAISED);
    }

    @Test
    void unlessSetItIsReadOnAThreadOfItsOwn() throws Exception {
        becomesSlower();
        try (Alerts alerts = Alerts.builder(heartbeat, store)
                .clock(clock)
                .sink(box)
                .rule(slower())
                .build()) {
            alerts.check();
            assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
