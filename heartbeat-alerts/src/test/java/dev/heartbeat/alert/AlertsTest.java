package dev.heartbeat.alert;

import static dev.heartbeat.alert.Alert.Kind.RAISED;
import static dev.heartbeat.alert.Alert.Kind.RECOVERED;
import static dev.heartbeat.alert.Alert.Kind.REPEATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heartbeat.Audit;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.health.Condition;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Task;
import dev.heartbeat.task.TaskResult;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final Duration STALE = Duration.ofMinutes(16);
    private static final Audit NIGHT_SHIFT = Audit.by("night shift", "upgrade of the database");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-02T09:00:00Z"));
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final AtomicBoolean failing = new AtomicBoolean();
    private final Heartbeat heartbeat = Heartbeat.builder(store)
            .name("shop")
            .clock(clock)
            .task(Task.named("mail", context -> {
                        if (failing.get()) {
                            throw new IllegalStateException("SMTP said no");
                        }
                        return TaskResult.done();
                    })
                    .retry(Retry.none())
                    .build())
            .build();
    private final Mailbox box = new Mailbox("box");
    private final Outage line = new Outage(store);

    @AfterEach
    void close() {
        heartbeat.close();
    }

    private Alerts.Builder builder() {
        return Alerts.builder(heartbeat, line).clock(clock);
    }

    private Alerts alerts(AlertRule... rules) {
        Alerts.Builder builder = builder().sink(box);
        for (AlertRule rule : rules) {
            builder.rule(rule);
        }
        return builder.build();
    }

    private static AlertRule down() {
        return AlertRule.on("down", PulseStatus.WARNING, PulseStatus.ERROR);
    }

    /** A pulse has come, and some looks have seen it. */
    private void back(Alerts... looking) {
        heartbeat.pulse();
        for (int minute = 0; minute < 3; minute++) {
            for (Alerts each : looking) {
                each.check();
            }
            clock.advance(Duration.ofMinutes(1));
        }
    }

    private void stale() {
        heartbeat.pulse();
        clock.advance(STALE);
    }

    @Test
    void tellsOnceThatNoPulseComesAndOnceThatItIsBack() {
        Alerts alerts = alerts();
        heartbeat.pulse();
        assertThat(alerts.check()).isEmpty();
        clock.advance(STALE);
        assertThat(alerts.check()).singleElement().matches(Delivery::sent);
        assertThat(box.take()).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(RAISED);
            assertThat(alert.status()).isEqualTo(PulseStatus.WARNING);
            assertThat(alert.title())
                    .isEqualTo("shop warning (heartbeat): The last pulse came 16 minutes ago, from manual");
        });
        clock.advance(Duration.ofHours(5));
        assertThat(alerts.check()).isEmpty();
        Instant pulsed = clock.instant();
        back(alerts);
        assertThat(box.take()).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(RECOVERED);
            assertThat(alert.title()).isEqualTo("shop alive now (heartbeat is over)");
            assertThat(alert.at()).isEqualTo(pulsed);
            assertThat(alert.causes()).isEmpty();
        });
        assertThat(alerts.check()).isEmpty();
    }

    @Test
    void tellsWhyATaskHasTurnedTheHeartbeatRed() {
        heartbeat
                .schedules()
                .define(Schedule.builder("birthday-emails", "0 9 * * *", "mail")
                        .runAtFirstPulse()
                        .build());
        failing.set(true);
        heartbeat.pulse();
        alerts().check();
        assertThat(box.take()).singleElement().satisfies(alert -> {
            assertThat(alert.status()).isEqualTo(PulseStatus.ERROR);
            assertThat(alert.text()).contains("birthday-emails", "SMTP said no", "next step: ");
        });
    }

    @Test
    void waitsForItsPatienceAndIsSilentIfItIsOverByThen() {
        Alerts alerts = alerts(down().after(Duration.ofMinutes(10)));
        stale();
        alerts.check();
        clock.advance(Duration.ofMinutes(9));
        alerts.check();
        back(alerts);
        assertThat(box.take()).isEmpty();
        stale();
        alerts.check();
        clock.advance(Duration.ofMinutes(10));
        alerts.check();
        assertThat(box.takeKinds()).containsExactly(RAISED);
    }

    @Test
    void tellsAgainAtEachRepeat() {
        Alerts alerts = alerts(down().repeating(Duration.ofHours(1)));
        stale();
        for (int minute = 0; minute <= 120; minute++) {
            alerts.check();
            clock.advance(Duration.ofMinutes(1));
        }
        List<Alert> told = box.take();
        assertThat(told).extracting(Alert::kind).containsExactly(RAISED, REPEATED, REPEATED);
        assertThat(told).extracting(Alert::key).doesNotHaveDuplicates();
    }

    @Test
    void mayLeaveOutTheEnd() {
        Alerts alerts = alerts(down().withoutRecovery());
        stale();
        alerts.check();
        back(alerts);
        clock.advance(STALE);
        alerts.check();
        assertThat(box.takeKinds()).containsExactly(RAISED, RAISED);
    }

    @Test
    void inQuietHoursItWaitsForTheirEnd() {
        Alerts alerts = alerts(down().quiet(new QuietHours(LocalTime.of(9, 0), LocalTime.of(10, 0), ZoneOffset.UTC)));
        stale();
        assertThat(alerts.check()).isEmpty();
        clock.set(Instant.parse("2026-03-02T10:00:00Z"));
        alerts.check();
        assertThat(box.takeKinds()).containsExactly(RAISED);
    }

    @Test
    void whatIsOverWhenTheQuietHoursEndIsNotTold() {
        Alerts alerts = alerts(down().quiet(new QuietHours(LocalTime.of(9, 0), LocalTime.of(10, 0), ZoneOffset.UTC)));
        stale();
        alerts.check();
        heartbeat.pulse();
        alerts.check();
        clock.set(Instant.parse("2026-03-02T10:00:00Z"));
        heartbeat.pulse();
        alerts.check();
        assertThat(box.take()).isEmpty();
    }

    @Test
    void maintenanceSilencesAllAlsoWhereThisProcessHasSeenNoPulse() {
        Alerts alerts = alerts();
        stale();
        heartbeat.schedules().pauseAll(clock.instant().plus(Duration.ofHours(1)), NIGHT_SHIFT);
        assertThat(alerts.check()).isEmpty();
        clock.advance(Duration.ofHours(1));
        alerts.check();
        assertThat(box.takeKinds()).containsExactly(RAISED);
    }

    @Test
    void aRuleMayWatchAConditionOfAHealthThatIsGreen() {
        Alerts alerts = alerts(AlertRule.onCondition("queue", Condition.PAUSED));
        heartbeat.schedules().pauseQueue("browser", clock.instant().plus(Duration.ofDays(1)), NIGHT_SHIFT);
        heartbeat.schedules().define(Schedule.builder("a", "0 0 * * *", "mail").build());
        heartbeat.pulse();
        alerts.check();
        assertThat(box.take()).singleElement().satisfies(alert -> {
            assertThat(alert.status()).isEqualTo(PulseStatus.ALIVE);
            assertThat(alert.causes()).extracting(Condition::name).containsExactly(Condition.PAUSED);
        });
        heartbeat.schedules().resumeQueue("browser", NIGHT_SHIFT);
        back(alerts);
        assertThat(box.takeKinds()).containsExactly(RECOVERED);
    }

    @Test
    void rulesAreJudgedEachByItself() {
        Alerts alerts = alerts(
                down().after(Duration.ofMinutes(10)),
                AlertRule.on("late", PulseStatus.WARNING).withoutRecovery());
        stale();
        alerts.check();
        assertThat(box.take()).extracting(Alert::rule).containsExactly("late");
        clock.advance(Duration.ofMinutes(10));
        alerts.check();
        assertThat(box.take()).extracting(Alert::rule).containsExactly("down");
    }

    @Test
    void aSinkThatFailsIsTriedAgainAtGrowingIntervalsAndTheOthersAreNotToldTwice() {
        Mailbox second = new Mailbox("second");
        Alerts alerts = builder().sink(box).sink(second).build();
        second.refuse(true);
        stale();
        List<Delivery> first = alerts.check();
        assertThat(first).extracting(Delivery::sink).containsExactly("box", "second");
        assertThat(first.get(1).error()).contains("mailbox full");
        int tries = 0;
        for (int minute = 1; minute <= 7; minute++) {
            clock.advance(Duration.ofMinutes(1));
            tries += alerts.check().size();
        }
        assertThat(tries).as("after 1, 3 and 7 minutes").isEqualTo(3);
        second.refuse(false);
        clock.advance(Duration.ofHours(2));
        alerts.check();
        assertThat(second.takeKinds()).containsExactly(RAISED);
        assertThat(box.takeKinds()).containsExactly(RAISED);
    }

    @Test
    void whatASinkWasNotToldIsNotToldLaterWhenItIsOver() {
        Alerts alerts = alerts();
        box.refuse(true);
        stale();
        alerts.check();
        box.refuse(false);
        heartbeat.pulse();
        clock.advance(Duration.ofMinutes(5));
        assertThat(alerts.check()).isEmpty();
        assertThat(box.take()).isEmpty();
    }

    @Test
    void aRecoveryThatDidNotGetThroughIsToldLater() {
        Alerts alerts = alerts();
        stale();
        alerts.check();
        box.refuse(true);
        back(alerts);
        box.refuse(false);
        clock.advance(Duration.ofMinutes(5));
        alerts.check();
        assertThat(box.takeKinds()).containsExactly(RAISED, RECOVERED);
        assertThat(alerts.check()).isEmpty();
    }

    @Test
    void aRestartForgetsNothing() {
        stale();
        alerts().check();
        alerts().check();
        assertThat(box.takeKinds()).containsExactly(RAISED);
        back(alerts());
        assertThat(box.takeKinds()).containsExactly(RECOVERED);
    }

    @Test
    void ofTwoInstancesOneSends() throws Exception {
        stale();
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch sent = new CountDownLatch(1);
        Alerts slow = builder()
                .sink(sink(alert -> {
                    sending.countDown();
                    sent.await();
                    box.send(alert);
                }))
                .build();
        CompletableFuture<List<Delivery>> first = CompletableFuture.supplyAsync(slow::check);
        assertThat(sending.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(alerts().check()).as("the other instance").isEmpty();
        sent.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS)).hasSize(1);
        assertThat(alerts().check()).isEmpty();
        assertThat(box.takeKinds()).containsExactly(RAISED);
    }

    @Test
    void ofTwoInstancesThatHaveReadTheSameOneSends() {
        stale();
        Alerts other = Alerts.builder(heartbeat, store).clock(clock).sink(box).build();
        line.beforeWrite(() -> assertThat(other.check()).hasSize(1));
        assertThat(alerts().check()).as("it has lost the word").isEmpty();
        assertThat(box.takeKinds()).containsExactly(RAISED);
    }

    @Test
    void anInstanceThatDiesWhileItSendsIsFollowedByAnotherWithTheSameKey() {
        stale();
        Alerts dying = builder()
                .sink(sink(alert -> {
                    box.send(alert);
                    line.cut(true); // what follows is never written
                }))
                .build();
        dying.check();
        line.cut(false);
        Alerts other = alerts();
        clock.advance(Memory.SENDING.minusMillis(1));
        assertThat(other.check()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(other.check()).hasSize(1);
        List<Alert> told = box.take();
        assertThat(told).extracting(Alert::kind).containsExactly(RAISED, RAISED);
        assertThat(told.get(0).key()).isEqualTo(told.get(1).key());
    }

    @Test
    void aStoreThatDoesNotAnswerSilencesNobodyAndLearnsLaterWhatWasTold() {
        Alerts alerts = alerts();
        stale();
        line.cut(true);
        alerts.check();
        clock.advance(Duration.ofMinutes(5));
        alerts.check();
        assertThat(box.takeKinds()).containsExactly(RAISED);
        line.cut(false);
        alerts.check();
        assertThat(alerts().check()).as("another instance").isEmpty();
        back(alerts());
        assertThat(box.takeKinds()).containsExactly(RECOVERED);
    }

    @Test
    void nothingIsWrittenWhileNothingChanges() {
        Alerts alerts = alerts();
        heartbeat.pulse();
        alerts.check();
        assertThat(line.writes()).isZero();
        clock.advance(STALE);
        alerts.check();
        int writes = line.writes();
        assertThat(writes).as("the word, and what was told").isEqualTo(2);
        clock.advance(Duration.ofMinutes(1));
        alerts.check();
        assertThat(line.writes()).isEqualTo(writes);
    }

    @Test
    void anInstanceThatSeesNothingOfItEndsNothing() {
        AlertRule queue = AlertRule.onCondition("queue", Condition.PAUSED).after(Duration.ofMinutes(5));
        heartbeat.schedules().pauseQueue("browser", clock.instant().plus(Duration.ofDays(1)), NIGHT_SHIFT);
        heartbeat.schedules().define(Schedule.builder("a", "0 0 * * *", "mail").build());
        heartbeat.pulse();
        Alerts sees = alerts(queue);
        try (Heartbeat blind = Heartbeat.builder(store).clock(clock).build()) { // it has never pulsed
            Alerts seesNot = Alerts.builder(blind, store)
                    .clock(clock)
                    .rule(queue)
                    .sink(box)
                    .build();
            for (int minute = 0; minute < 30; minute++) {
                sees.check();
                seesNot.check();
                clock.advance(Duration.ofMinutes(1));
            }
        }
        assertThat(box.takeKinds()).containsExactly(RAISED);
    }

    @Test
    void aStoreThatCannotBeReadIsNoRecovery() {
        AtomicBoolean down = new AtomicBoolean();
        HeartbeatStore failing = (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(), new Class<?>[] {HeartbeatStore.class}, (proxy, method, args) -> {
                    if (down.get() && method.getName().equals("heartbeat")) {
                        throw new StoreException("no answer");
                    }
                    return method.invoke(store, args);
                });
        try (Heartbeat watched = Heartbeat.builder(failing).clock(clock).build()) {
            Alerts alerts = Alerts.builder(watched, store)
                    .clock(clock)
                    .rule(AlertRule.on("late", PulseStatus.WARNING))
                    .sink(box)
                    .build();
            stale();
            alerts.check();
            down.set(true);
            for (int minute = 0; minute < 10; minute++) {
                clock.advance(Duration.ofMinutes(1));
                alerts.check();
            }
            down.set(false);
            alerts.check();
        }
        assertThat(box.takeKinds()).containsExactly(RAISED);
    }

    @Test
    void whileOneSendsAnotherLeavesTheMemoryAlone() {
        stale();
        Alerts other = alerts();
        Alerts slow = builder()
                .sink(sink(alert -> {
                    if (alert.kind() == RAISED) { // meanwhile a pulse comes, and another instance sees that it is over
                        back(other);
                    }
                    box.send(alert);
                }))
                .build();
        slow.check();
        back(other);
        assertThat(box.takeKinds()).containsExactly(RAISED, RECOVERED);
    }

    @Test
    void maintenanceIsRememberedWhenTheStoreGoesDownForIt() {
        Alerts alerts = alerts();
        heartbeat.pulse();
        heartbeat.schedules().pauseAll(clock.instant().plus(Duration.ofHours(1)), NIGHT_SHIFT);
        alerts.check();
        line.cut(true);
        clock.advance(STALE);
        assertThat(alerts.check()).isEmpty();
    }

    @Test
    void eachSinkHasAKeyOfItsOwn() {
        Mailbox second = new Mailbox("second");
        stale();
        builder().sink(box).sink(second).build().check();
        assertThat(box.take().get(0).key()).isNotEqualTo(second.take().get(0).key());
    }

    @Test
    void whoIsInterruptedHasSeenNothing() {
        stale();
        Alerts alerts = alerts();
        Thread.currentThread().interrupt();
        assertThat(alerts.check()).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(alerts.check()).hasSize(1);
    }

    @Test
    void aConditionThatTheHealthNeverHasIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AlertRule.onCondition("x", "stcuk"))
                .withMessageContaining("'stcuk'; allowed are [circuit-open");
    }

    @Test
    void onceStartedItLooksByItself() throws Exception {
        stale();
        CountDownLatch told = new CountDownLatch(1);
        try (Alerts alerts = builder()
                .every(Duration.ofSeconds(1))
                .sink(sink(alert -> told.countDown()))
                .build()) {
            alerts.start();
            alerts.start();
            assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closedItStartsNoMore() {
        Alerts alerts = alerts();
        alerts.close();
        assertThatIllegalStateException().isThrownBy(alerts::start).withMessageContaining("'shop' are closed");
    }

    @Test
    void theMonitorElsewhereIsCalledWhileThePlatformIsAliveAndNoLonger() throws Exception {
        try (Receiver monitor = new Receiver(200)) {
            Alerts alerts = builder().ping(monitor.address("/ping/1f3a")).build();
            heartbeat.pulse();
            alerts.check();
            assertThat(monitor.take()).extracting(Receiver.Received::target).containsExactly("GET /ping/1f3a");
            clock.advance(STALE);
            alerts.check();
            assertThat(monitor.take()).isEmpty();
        }
    }

    @Test
    void aMonitorElsewhereThatIsDownHarmsNothing() {
        Alerts alerts =
                builder().sink(box).ping(URI.create("http://127.0.0.1:1/x")).build();
        heartbeat.pulse();
        assertThat(alerts.check()).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalStateException().isThrownBy(() -> builder().build()).withMessageContaining("no sink");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().sink(box).sink(new Mailbox("box")))
                .withMessageContaining("'box'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().sink(new Mailbox(" ")))
                .withMessageContaining("1 to 100 characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().rule(down()).rule(down()))
                .withMessageContaining("'down'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().every(Duration.ofMillis(10)))
                .withMessageContaining("PT1S to PT1H");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().ping(URI.create("ftp://example.com")))
                .withMessageContaining("'ftp'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AlertRule.on("x", PulseStatus.ALIVE))
                .withMessageContaining("WARNING, ERROR, UNKNOWN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AlertRule.on(" ", PulseStatus.ERROR))
                .withMessageContaining("1 to 100 characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> down().after(Duration.ofSeconds(-1)))
                .withMessageContaining("PT0S to");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> down().repeating(Duration.ofSeconds(59)))
                .withMessageContaining("PT1M to");
    }

    /** What a sink does, for one that is written in a line. */
    interface Send {
        void send(Alert alert) throws Exception;
    }

    private static AlertSink sink(Send send) {
        return new AlertSink() {
            @Override
            public String name() {
                return "box";
            }

            @Override
            public void send(Alert alert) throws Exception {
                send.send(alert);
            }
        };
    }
}
