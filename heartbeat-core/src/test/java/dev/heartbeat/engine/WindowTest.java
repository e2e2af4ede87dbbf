package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule B24: a fire starts at a slot of its own within min(window, gap), or before no pulse comes in time any more. */
class WindowTest {
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    /** Its id draws a slot in the last third of a window. */
    private static final Schedule LATE = withSlot("0 9 * * *", 0.67, 0.9);

    private static Schedule withSlot(String cron, double from, double to) {
        for (int i = 0; ; i++) {
            Schedule schedule = Schedule.builder("s" + i, cron, "work").build();
            Instant slot = new Window(Duration.ofHours(1), Instant.MIN).slot(schedule, at("09:00"));
            double share = Duration.between(at("09:00"), slot).toSeconds() / 3_600.0;
            if (share > from && share < to) {
                return schedule;
            }
        }
    }

    private static Decision decide(StoredSchedule seen, Instant now, Window window) {
        return DueRule.decide(seen, now, now, 3, OneDocument.STALE, window);
    }

    @Test
    void theNextPulseIsExpectedAfterAnIntervalOrAfterAsLongAsTheLastGap() {
        Duration interval = Duration.ofMinutes(10);

        assertThat(Window.nextPulse(at("09:00"), null, interval)).isEqualTo(at("09:10"));
        assertThat(Window.nextPulse(at("09:00"), at("08:58"), interval)).isEqualTo(at("09:10"));
        assertThat(Window.nextPulse(at("09:00"), at("08:00"), interval)).isEqualTo(at("10:00"));
        assertThat(Window.nextPulse(at("09:00"), at("09:30"), interval))
                .as("a heartbeat from the future")
                .isEqualTo(at("09:10"));
    }

    @Test
    void slotsOfManySchedulesSpreadEvenlyAndStayWhereTheyAre() {
        Window window = new Window(Duration.ofHours(1), Instant.MIN);
        int[] tenths = new int[10];
        for (int i = 0; i < 10_000; i++) {
            Schedule schedule =
                    Schedule.builder("report-" + i, "0 9 * * *", "work").build();
            long offset = Duration.between(at("09:00"), window.slot(schedule, at("09:00")))
                    .toSeconds();
            tenths[(int) (offset / 360)]++;
            Instant tomorrow = at("09:00").plus(Duration.ofDays(1));
            assertThat(window.slot(schedule, tomorrow)).isEqualTo(tomorrow.plusSeconds(offset));
        }
        assertThat(tenths)
                .as("of 10,000")
                .satisfies(counts ->
                        assertThat(IntStream.of(counts).boxed()).allMatch(count -> count > 850 && count < 1_150));
    }

    @ParameterizedTest(name = "window {0} of {1}: ends {2}")
    @CsvSource({
        "PT45M, 0 * * * *, 09:45",
        "PT1H, 0 * * * *, 10:00",
        "PT5H, 0 * * * *, 10:00", // the gap is shorter
        "PT5H, 0 9 * * *, 14:00",
        "PT0S, 0 * * * *, 09:00",
        "PT5H, @at 2026-02-15T09:00:00Z, 14:00", // nothing follows
    })
    void theNextFireEndsTheWindowIfItComesEarlier(Duration length, String cron, String end) {
        Schedule schedule = Schedule.builder("a", cron, "work").build();
        Window window = new Window(length, Instant.MIN);

        assertThat(window.end(schedule, at("09:00"))).isEqualTo(at(end));
        assertThat(window.slot(schedule, at("09:00"))).isBetween(at("09:00"), at(end));
    }

    @Test
    void aFireWaitsForItsSlotAndNothingIsWrittenMeanwhile() {
        StoredSchedule seen = GivenDocument.of(LATE).ran("00:00").stored();
        Instant slot = new Window(Duration.ofHours(2), Instant.MIN).slot(LATE, at("09:00"));
        Window window = new Window(Duration.ofHours(2), Instant.MIN);

        Decision before = decide(seen, slot.minusNanos(1), window);
        Decision then = decide(seen, slot, window);

        assertThat(before.candidate()).isNull();
        assertThat(before.reason()).isEqualTo("window");
        assertThat(before.until()).isEqualTo(slot);
        assertThat(then.candidate()).isNotNull();
        assertThat(then.candidate().fireTime()).isEqualTo(at("09:00"));
        assertThat(decide(seen, at("08:59"), window).reason()).isEqualTo(Decision.NOT_DUE);
    }

    /** Sequence (a): the slot lies in 09:00-11:00, and pulses come at 09:10 and 12:46. */
    @Test
    void aFireStartsAtOnceIfNoPulseIsExpectedBeforeItsWindowEnds() {
        StoredSchedule seen = GivenDocument.of(LATE).ran("00:00").stored();
        Duration length = Duration.ofHours(2);

        assertThat(decide(seen, at("09:10"), new Window(length, at("12:46"))).candidate())
                .isNotNull();
        assertThat(decide(seen, at("09:10"), new Window(length, at("11:00"))).candidate())
                .as("the window has ended at 11:00")
                .isNotNull();
        assertThat(decide(seen, at("09:10"), new Window(length, at("10:59"))).candidate())
                .isNull();
    }

    /** Sequences (b) and (c): pulses on the interval run every fire, once, within its own window, however long that is. */
    @Test
    void withPunctualPulsesEachFireRunsInItsOwnWindow() {
        Random random = new Random(24);
        for (int i = 0; i < 200; i++) {
            String cron = List.of("0 * * * *", "*/30 * * * *", "@every PT47M", "7,41 * * * *")
                    .get(random.nextInt(4));
            Duration length = Duration.ofMinutes(10 + random.nextInt(200));
            Schedule schedule = Schedule.builder("s" + i, cron, "work").build();
            OneDocument document =
                    new OneDocument(GivenDocument.of(schedule).ran("00:00").stored(), Retry.attempts(1));
            Instant pulse = at("00:00").plusSeconds(random.nextInt(600));
            for (; pulse.isBefore(at("23:00")); pulse = pulse.plus(INTERVAL)) {
                Window window = new Window(length, pulse.plus(INTERVAL));
                Candidate candidate = decide(document.stored(), pulse, window).candidate();
                if (candidate != null) {
                    assertThat(pulse)
                            .as("%s in %s, fire %s", schedule, length, candidate.fireTime())
                            .isBefore(window.end(schedule, candidate.fireTime()));
                    ClaimRequest claim = document.claim(candidate, pulse);
                    document.succeed(claim, pulse);
                }
            }
            Instant fire = schedule.nextFire(at("00:00")).orElseThrow();
            for (; fire.isBefore(at("22:00")); fire = schedule.nextFire(fire).orElseThrow()) {
                assertThat(document.ledger()).containsKey(FireKey.of(fire));
            }
            assertThat(document.ledger().values())
                    .extracting(RunRecord::outcome)
                    .containsOnly(Outcome.EXECUTED);
        }
    }

    @Test
    void whatIsForcedOrTriedAgainWaitsForNoSlot() {
        Window window = new Window(Duration.ofHours(2), Instant.MIN);
        StoredSchedule forced =
                GivenDocument.of(LATE).ran("00:00").lastRun(LastRun.NULL).stored();
        assertThat(decide(forced, at("09:01"), window).candidate())
                .isNotNull()
                .satisfies(candidate -> assertThat(candidate.forced()).isTrue());

        OneDocument failed = new OneDocument(GivenDocument.of(LATE).ran("00:00").stored(), Retry.attempts(3));
        Instant slot = window.slot(LATE, at("09:00"));
        Candidate first = decide(failed.stored(), slot, window).candidate();
        SettleRule.Settled settled = failed.fail(failed.claim(first, slot), slot);
        assertThat(decide(failed.stored(), settled.retryAt(), window).candidate())
                .isNotNull()
                .satisfies(candidate -> assertThat(candidate.starts()).isEqualTo(1));
    }

    /** The waiting fire is not the schedule's pending one: an older retry goes on until the slot has come. */
    @Test
    void aRetryIsSupersededWhenTheNextFiresSlotHasComeAndNotBefore() {
        Schedule hourly = withSlot("0 * * * *", 0.4, 0.6);
        Window window = new Window(Duration.ofHours(1), Instant.MIN);
        OneDocument document =
                new OneDocument(GivenDocument.of(hourly).ran("08:00").stored(), Retry.attempts(3));
        Instant slot = window.slot(hourly, at("09:00"));
        Candidate first = decide(document.stored(), slot, window).candidate();
        document.fail(document.claim(first, slot), slot);

        Candidate retry = decide(document.stored(), at("10:01"), window).candidate();
        Candidate next = decide(document.stored(), slot.plus(Duration.ofHours(1)), window)
                .candidate();

        assertThat(retry.fireTime()).isEqualTo(at("09:00"));
        assertThat(next.fireTime()).isEqualTo(at("10:00"));
        assertThat(next.superseded()).isNotNull();
    }

    @ParameterizedTest(name = "{0}, window {1}, at {2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "PT30M, PT20M, 10:50, 10:00", // the window ended at 10:20
                "PT30M, PT20M, 10:51, -",
                "PT30M, PT0S, 10:30, 10:00",
                "PT30M, PT0S, 10:31, -",
                "PT30M, PT5H, 11:30, 11:00",
            })
    void theAgeOfAFireCountsFromTheEndOfItsWindow(Duration within, Duration length, String now, String fire) {
        for (CatchUp catchUp : List.of(CatchUp.once(), CatchUp.all())) {
            Schedule hourly = withSlot("0 * * * *", 0.1, 0.3).toBuilder()
                    .catchUp(catchUp.within(within))
                    .build();
            StoredSchedule seen = GivenDocument.of(hourly).ran("09:00").stored();

            Candidate candidate =
                    decide(seen, at(now), new Window(length, Instant.MIN)).candidate();

            assertThat(candidate.settle() == null ? candidate.fireTime() : null)
                    .isEqualTo(fire == null ? null : catchUp.isAll() && now.equals("11:30") ? at("10:00") : at(fire));
        }
    }

    @Test
    void whereAllFiresAreTooOldButOneWaitsForItsSlotTheOthersPassAndItStays() {
        Schedule hourly = withSlot("0 * * * *", 0.7, 0.9).toBuilder()
                .catchUp(CatchUp.once().within(Duration.ofMinutes(1)))
                .build();
        StoredSchedule seen = GivenDocument.of(hourly).ran("06:00").stored();

        Candidate candidate = decide(seen, at("10:05"), new Window(Duration.ofMinutes(50), Instant.MIN))
                .candidate();

        assertThat(candidate.settle()).isNotNull();
        assertThat(candidate.cursor()).isEqualTo(at("09:00"));
        assertThat(candidate.missed())
                .containsExactly(
                        new FireSeries(Outcome.MISSED, CatchUpRule.TOO_OLD, 3, true, at("07:00"), at("09:00")));
    }

    @Test
    void aFireOfAWindowWaitsSinceItsSlotAndIsNotRaisedBeforeIt() {
        Schedule schedule = LATE;
        StoredSchedule seen = GivenDocument.of(schedule).ran("00:00").stored();
        Window window = new Window(Duration.ofHours(2), Instant.MIN);
        Instant slot = window.slot(schedule, at("09:00"));
        Candidate candidate = decide(seen, slot, window).candidate();

        assertThat(PlanRule.waitsSince(candidate, Deferrals.NONE, each -> window))
                .isEqualTo(slot);
        assertThat(PlanRule.order(List.of(candidate), Deferrals.NONE, slot, INTERVAL, each -> window))
                .extracting(Planned::overdue)
                .containsExactly(false);
    }
}
