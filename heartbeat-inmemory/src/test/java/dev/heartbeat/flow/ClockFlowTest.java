package dev.heartbeat.flow;

import static dev.heartbeat.flow.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.health.Condition;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that differ, stand still, jump and step back; and what is the same at every replay. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ClockFlowTest {
    private static final StateKey ZONE_DATA = new StateKey("instances", "time-zone-data");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    /** Rule B48: two JDKs with different time zone data give two instants for one wall fire. */
    @Test
    void instancesWithDifferentTimeZoneDataAreToldOfInTheHealth() {
        Heartbeat heartbeat = world.working();
        heartbeat
                .schedules()
                .define(world.schedule("a", "0 9 * * *")
                        .zone(ZoneId.of("Africa/Casablanca"))
                        .build());
        heartbeat.pulse();
        assertThat(heartbeat.health().conditions())
                .extracting(Condition::name)
                .as("alone, or among equals")
                .doesNotContain(Condition.TIME_ZONE_DATA);
        StateCell ours = zoneData();
        String own = ours.value().keySet().iterator().next();
        Map<String, Object> both = Map.of(own, World.START, "1999a", World.START);
        assertThat(world.store.compareAndSet(
                        List.of(new StateCell(ZONE_DATA, ours.version(), both)), CallLimit.of(Duration.ofSeconds(5))))
                .isEmpty();

        heartbeat.pulse();

        assertThat(heartbeat.health().conditions())
                .filteredOn(condition -> condition.name().equals(Condition.TIME_ZONE_DATA))
                .singleElement()
                .satisfies(
                        condition -> assertThat(condition.cause()).contains(own).contains("1999a"));
        world.clock.advance(Duration.ofDays(1));
        heartbeat.pulse();
        assertThat(zoneData().value())
                .as("brought up to date, and a day has passed")
                .containsOnlyKeys(own);
        assertThat(heartbeat.health().conditions())
                .extracting(Condition::name)
                .doesNotContain(Condition.TIME_ZONE_DATA);
    }

    @Test
    void whereAllOffsetsAreFixedNobodyLooksAtTheTimeZoneData() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        heartbeat.pulse();

        assertThat(world.store.read(List.of(ZONE_DATA), CallLimit.of(Duration.ofSeconds(5))))
                .isEmpty();
    }

    private StateCell zoneData() {
        return world.store
                .read(List.of(ZONE_DATA), CallLimit.of(Duration.ofSeconds(5)))
                .get(0);
    }

    /** Rule B17: an instance whose clock is fast does not see leases end before they do. */
    @Test
    void anInstanceWhoseClockIsFortySecondsFastTakesNothingOverEarly() {
        SettableClock fast = new SettableClock(World.START);
        Heartbeat early = world.heartbeat(builder -> builder.clock(fast).task("work", world::note));
        world.working().schedules().define(world.schedule("a", "0 9 * * *").build());
        world.at("09:00:00");
        Abandoned.claim(world, "a");
        world.at("09:00:19.999");
        fast.set(world.clock.instant().plusSeconds(40));
        assertThat(early.pulse().detail("a")).isEmpty();
        assertThat(world.starts).isEmpty();
        world.at("09:00:20");
        fast.set(world.clock.instant().plusSeconds(40));
        early.pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::attempt)
                .isEqualTo(2);
    }

    /** Rule B17: nor does it hand out leases that last longer than they should. */
    @ParameterizedTest
    @ValueSource(longs = {-40, 0, 40})
    void aLeaseLastsAsLongAsItShouldWhateverTheInstancesClock(long skewSeconds) {
        Probe way = new Probe(world.store);
        SettableClock skewed = new SettableClock(Instant.parse("2026-02-15T09:01:00Z"));
        Heartbeat dying = world.heartbeat(
                way,
                builder -> builder.clock(skewed).budget(Duration.ofSeconds(2)).task("work", context -> {
                    world.note(context);
                    way.failAlways("record");
                    way.failAlways("renew");
                    return TaskResult.done();
                }));
        Heartbeat other = world.working();
        other.schedules().define(world.schedule("a", "0 9 * * *").build());
        world.clock.set(skewed.instant().minusSeconds(skewSeconds));
        dying.pulse();
        assertThat(world.starts).hasSize(1);
        world.clock.advance(Duration.ofSeconds(20).minusMillis(1));
        other.pulse();
        assertThat(world.starts).hasSize(1);
        world.clock.advance(Duration.ofMillis(1));
        other.pulse();

        assertThat(world.starts).extracting(TaskContext::attempt).containsExactly(1, 2);
    }

    /** Rule B35: due by the earlier of now and the store's time plus one second. */
    @Test
    void anInstanceRunsAtMostASecondBeforeTheStoresTime() {
        SettableClock ahead = new SettableClock(World.START);
        Heartbeat heartbeat = world.heartbeat(builder -> builder.clock(ahead).task("work", world::note));
        world.working().schedules().define(world.schedule("a", "0 9 * * *").build());
        ahead.set(Instant.parse("2026-02-15T09:00:30Z"));
        world.at("08:59:58.999");
        heartbeat.pulse();
        assertThat(world.starts).isEmpty();
        world.at("08:59:59");
        heartbeat.pulse();

        assertThat(world.starts)
                .singleElement()
                .extracting(TaskContext::fireTime)
                .isEqualTo(Instant.parse("2026-02-15T09:00:00Z"));
    }

    /** Rule B35: the condition comes with more than sixty seconds, either way, and goes. */
    @ParameterizedTest
    @ValueSource(longs = {-61, 61})
    void clocksThatDifferByMoreThanAMinuteAreACondition(long skewSeconds) {
        SettableClock skewed = new SettableClock(World.START.plusSeconds(skewSeconds - Long.signum(skewSeconds)));
        Heartbeat heartbeat = world.heartbeat(builder -> builder.clock(skewed).task("work", world::note));
        heartbeat.pulse();
        assertThat(names(heartbeat)).doesNotContain(Condition.CLOCK_SKEW);
        skewed.set(World.START.plusSeconds(skewSeconds));
        heartbeat.pulse();
        assertThat(names(heartbeat)).contains(Condition.CLOCK_SKEW);
        skewed.set(World.START);
        heartbeat.pulse();

        assertThat(names(heartbeat)).doesNotContain(Condition.CLOCK_SKEW);
    }

    private static List<String> names(Heartbeat heartbeat) {
        return heartbeat.health().conditions().stream().map(Condition::name).toList();
    }

    /** Rules B35, B21: a heartbeat out of the future is replaced, so a clock that was set right turns health right. */
    @Test
    void aClockThatWasFarAheadAndStepsBackLeavesAHealthyHeartbeat() {
        Heartbeat heartbeat = world.working();
        heartbeat.schedules().define(world.schedule("a", "*/10 * * * *").build());
        world.clock.advance(Duration.ofDays(2));
        heartbeat.pulse();
        world.clock.set(World.START.plus(Duration.ofMinutes(20)));
        Pulse pulse = heartbeat.pulse();

        assertThat(pulse.heartbeat().orElseThrow().timestamp()).isEqualTo(world.clock.instant());
        assertThat(heartbeat.health().healthy()).isTrue();
        assertThat(world.starts).as("the step back runs nothing twice").hasSize(1);
        world.clock.set(World.START.plus(Duration.ofDays(2)).plus(Duration.ofMinutes(10)));
        heartbeat.pulse();
        assertThat(world.starts).hasSize(2);
    }

    /** Rule B36: what is drawn is drawn from the fire. */
    @Test
    void theWaitsForRetriesAreTheSameAtEveryReplay() {
        List<Instant> first = retries(new World());
        List<Instant> second = retries(new World());

        assertThat(first).hasSize(8).isEqualTo(second);
        assertThat(first).as("full jitter").doesNotHaveDuplicates();
    }

    private static List<Instant> retries(World replay) {
        try (replay) {
            Heartbeat heartbeat = replay.heartbeat(builder -> builder.task("work", context -> TaskResult.failed("no")));
            for (int i = 0; i < 8; i++) {
                heartbeat
                        .schedules()
                        .define(replay.schedule("a" + i, "0 9 * * *")
                                .retry(Retry.attempts(3).backoff(Duration.ofMinutes(5), Duration.ofHours(1)))
                                .build());
            }
            replay.at("09:00:00");
            return heartbeat.pulse().details().stream()
                    .map(PulseDetail::retryAt)
                    .toList();
        }
    }

    /** Headline 1: a pulse is a replayable function of now and the store. */
    @Test
    void aDayOfPulsesAtOddTimesEndsTheSameWayAtEveryReplay() {
        assertThat(day()).isEqualTo(day());
    }

    private static List<String> day() {
        try (World replay = new World()) {
            Heartbeat heartbeat = replay.heartbeat(builder -> builder.parallelism(1)
                    .executor(Runnable::run)
                    .task("work", context -> {
                        replay.note(context);
                        return context.fireTime().getEpochSecond() % 1_800 == 0
                                ? TaskResult.failed("on the half hour")
                                : TaskResult.done();
                    }));
            heartbeat.schedules().define(replay.schedule("a", "*/10 * * * *").build());
            heartbeat.schedules().define(replay.schedule("b", "5 * * * *").build());
            heartbeat.schedules().define(replay.schedule("c", "@every PT7M").build());
            for (int i = 1; i < 200; i++) {
                replay.clock.advance(Duration.ofSeconds(37L * (i % 13) + 1));
                heartbeat.pulse();
            }
            List<String> ends = new ArrayList<>();
            for (RunRecord run : replay.store.snapshot().runs()) {
                ends.add(run + " " + run.fireTime() + " " + run.startedAt() + " " + run.endedAt());
            }
            for (TaskContext context : replay.starts) {
                ends.add(context.idempotencyKey() + " " + context.attempt());
            }
            return ends;
        }
    }

    /** Rules B19, B35, design 5: two seconds of skew must not cost a beat. */
    @Test
    void theTickerOfAnInstanceWhoseClockIsAFewSecondsFastWakesAgainWhenTheFireIsDue() throws Exception {
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
        CountDownLatch ran = new CountDownLatch(1);
        Heartbeat resident = Heartbeat.builder(store)
                .clock(() -> Instant.now().plusSeconds(3))
                .interval(Duration.ofDays(1))
                .shutdownGrace(Duration.ZERO)
                .task("work", context -> {
                    ran.countDown();
                    return TaskResult.done();
                })
                .build();
        try {
            resident.schedules()
                    .define(Schedule.builder("a", "@at " + Instant.now().plusSeconds(4), "work")
                            .build());
            resident.start();
            await(ran);
        } finally {
            resident.close();
        }
    }
}
