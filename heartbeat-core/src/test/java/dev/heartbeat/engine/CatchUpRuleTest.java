package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static dev.heartbeat.store.PendingFire.State.CLAIMED;
import static dev.heartbeat.store.PendingFire.State.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule A6: runs per pulse and age, with a heartbeat that is stale after 15 minutes. */
class CatchUpRuleTest {
    private static final String HOURLY = "0 * * * *";

    private static GivenDocument given(String catchUp, String within) {
        CatchUp word = CatchUp.parse(catchUp);
        return GivenDocument.of(HOURLY)
                .ran("09:00")
                .edited(edit -> edit.catchUp(within == null ? word : word.within(Duration.parse(within))));
    }

    private static Candidate decide(GivenDocument given, String now) {
        return DueRule.decide(given.stored(), at(now), at(now), 3, OneDocument.STALE, Window.NONE)
                .candidate();
    }

    @ParameterizedTest(name = "{0} within {1} at {2}: {3}, then {4}")
    @CsvSource(
            nullValues = "-",
            value = {
                // catch-up, within, now,          fire,  what passed
                "once,   -,     09:59:59.999, -,     -",
                "once,   -,     10:00,        10:00, -",
                "once,   -,     12:40,        12:00, coalesced 10:00 11:00 2",
                "once,   PT45M, 12:40,        12:00, coalesced 10:00 11:00 2",
                "once,   PT40M, 12:40,        12:00, coalesced 10:00 11:00 2",
                "once,   PT39M, 12:40,        -,     too-old 10:00 12:00 3",
                "once,   PT39M, 13:00,        13:00, coalesced 10:00 12:00 3",
                "skip,   -,     10:00,        10:00, -",
                "skip,   -,     10:15,        10:00, -",
                "skip,   -,     10:15:00.001, -,     too-old 10:00 10:00 1",
                "skip,   -,     12:40,        -,     too-old 10:00 12:00 3",
                "skip,   -,     13:10,        13:00, coalesced 10:00 12:00 3",
                "skip,   PT45M, 12:40,        12:00, coalesced 10:00 11:00 2",
                "all,    -,     10:00,        10:00, -",
                "all,    -,     12:40,        10:00, -",
                "all(2), -,     12:40,        10:00, -",
                "all,    PT2H,  12:40,        11:00, too-old 10:00 10:00 1",
                "all,    PT1H40M, 12:40,      11:00, too-old 10:00 10:00 1",
                "all,    PT1H39M, 12:40,      12:00, too-old 10:00 11:00 2",
                "all,    PT39M, 12:40,        -,     too-old 10:00 12:00 3",
                "all(2), PT3H,  12:40,        10:00, -",
            })
    void itTakesTheLatestOrTheOldestFireThatIsYoungEnough(
            String catchUp, String within, String now, String fire, String passed) {
        Candidate candidate = decide(given(catchUp, within), now);

        if (fire == null && passed == null) {
            assertThat(candidate).isNull();
            return;
        }
        assertThat(candidate.missed()).isEqualTo(passed == null ? List.of() : List.of(series(passed)));
        assertThat(candidate.isStart()).isEqualTo(fire != null);
        Instant taken = fire == null ? candidate.missed().get(0).last() : at(fire);
        assertThat(candidate.fireTime()).isEqualTo(taken);
        assertThat(candidate.cursor()).as("the claim moves the cursor to it").isEqualTo(taken);
        if (fire == null) {
            assertThat(candidate.settle()).isEqualTo(new Candidate.Settle(Outcome.MISSED, "too-old", null));
            assertThat(candidate.key()).isEqualTo("too-old-" + FireKey.of(taken));
        } else {
            assertThat(candidate.key()).isEqualTo(FireKey.of(taken));
        }
    }

    private static FireSeries series(String words) {
        String[] word = words.split(" ");
        return new FireSeries(Outcome.MISSED, word[0], Integer.parseInt(word[3]), true, at(word[1]), at(word[2]));
    }

    @ParameterizedTest
    @EnumSource(
            value = PendingFire.State.class,
            names = {"CLAIMED", "WAITING"})
    void whereEveryFireRunsAPendingOneIsNeverSupersededAndHoldsTheRestBack(PendingFire.State is) {
        GivenDocument given = given("all", null).pending(is, "09:00", 1, "09:30");

        assertThat(decide(given, "09:29")).isNull();
        Candidate candidate = decide(given, "2026-03-16 12:00");

        assertThat(candidate.key()).isEqualTo("fire-0900");
        assertThat(candidate.starts()).isEqualTo(1);
        assertThat(candidate.superseded()).isNull();
        assertThat(candidate.missed()).isEmpty();
        assertThat(candidate.cursor()).isEqualTo(at("09:00"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"once", "skip"})
    void whereOneFireRunsTheNextOneSupersedesAPendingOne(String catchUp) {
        GivenDocument given = given(catchUp, null).failures(1).pending(WAITING, "09:00", 1, "09:30");

        Candidate candidate = decide(given, "10:05");

        assertThat(candidate.fireTime()).isEqualTo(at("10:00"));
        assertThat(candidate.superseded()).isEqualTo(given.stored().state().pending());
    }

    @Test
    void aPendingFireIsAlsoSupersededByFiresThatAreAllTooOldToRun() {
        GivenDocument given = given("skip", null).failures(1).pending(CLAIMED, "09:00", 1, "09:30");

        Candidate candidate = decide(given, "11:30");

        assertThat(candidate.isStart()).isFalse();
        assertThat(candidate.missed()).containsExactly(series("too-old 10:00 11:00 2"));
        assertThat(candidate.superseded().key()).isEqualTo("fire-0900");
        assertThat(candidate.failures()).as("the lost lease").isEqualTo(2);
    }

    @Test
    void aStartThatIsAskedForComesAfterTheFiresThatAreTooOldAndIsNotConsumedByThem() {
        OneDocument document =
                new OneDocument(given("skip", null).lastRun(LastRun.NULL).stored(), Retry.DEFAULT);
        document.settle(document.claim(at("10:30")), at("10:30"));

        Candidate forced = document.decide(at("10:30")).candidate();

        assertThat(forced.forced()).isTrue();
        assertThat(document.stored().lastRun()).isEqualTo(LastRun.NULL);
        assertThat(document.ledger()).containsOnlyKeys("too-old-20260215T100000Z");
    }

    @Test
    void firesOfAPauseAreSkippedAndThoseAfterItAreTooOld() {
        GivenDocument given = given("all", "PT1H").pausedUntil("11:30");

        assertThat(decide(given, "14:30").missed())
                .containsExactly(
                        new FireSeries(Outcome.SKIPPED, "paused", 2, true, at("10:00"), at("11:00")),
                        series("too-old 12:00 13:00 2"));
    }

    @ParameterizedTest
    @CsvSource({"once, 12:00", "all, 10:00"})
    void notAfterIsHeldAgainstTheFireTime(String catchUp, String fire) {
        GivenDocument given = given(catchUp, null).edited(edit -> edit.notAfter(at("12:30")));

        assertThat(decide(given, "20:00").fireTime()).isEqualTo(at(fire));
    }

    @Test
    void firesThatAreTooOldAreOneEntryInTheLedgerAndTheTaskIsNotCalled() {
        OneDocument document = new OneDocument(given("skip", null).stored(), Retry.DEFAULT);
        var claim = document.claim(at("12:40"));
        assertThat(claim.startedAt()).isNull();
        SettleRule.Settled settled = document.settle(claim, at("12:40:01"));

        assertThat(settled.error()).isNull();
        assertThat(settled.record().lastResult()).isNull();
        assertThat(document.ledger().values()).singleElement().satisfies(entry -> {
            assertThat(entry.key()).isEqualTo("too-old-20260215T120000Z");
            assertThat(entry.outcome()).isEqualTo(Outcome.MISSED);
            assertThat(entry.reason()).isEqualTo("too-old");
            assertThat(entry.firstFire()).isEqualTo(at("10:00"));
            assertThat(entry.fireTime()).isEqualTo(at("12:00"));
            assertThat(entry.count()).isEqualTo(3);
            assertThat(entry.exact()).isTrue();
            assertThat(entry.attempt()).isZero();
        });
        assertThat(document.stored().state().cursor()).isEqualTo(at("12:00"));
        assertThat(document.stored().lastRun()).isEqualTo(LastRun.at(at("09:00")));
        assertThat(document.decide(at("12:50")).candidate()).isNull();
    }

    @Test
    void aSeriesWhoseRecordGotLostIsRecordedByTheNextPulse() {
        OneDocument document = new OneDocument(given("all", "PT10M").stored(), Retry.DEFAULT);
        document.claim(at("11:30")); // and its process dies

        Candidate again = document.decide(at("11:31")).candidate();

        assertThat(again.isStart()).isFalse();
        document.settle(document.claim(at("11:31")), at("11:31"));
        assertThat(document.ledger().get("too-old-20260215T110000Z").count()).isEqualTo(2);
        assertThat(document.stored().state().failures()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"12:00", "12:30"})
    void aSeriesWhoseRecordGotLostComesAlongWithWhatIsNext(String now) {
        OneDocument document = new OneDocument(given("skip", null).stored(), Retry.DEFAULT);
        document.claim(at("11:30")); // and its process dies

        Candidate next = document.decide(at(now)).candidate();

        assertThat(next.superseded()).isNull();
        List<String> keys = new ArrayList<>(List.of("too-old-20260215T110000Z"));
        keys.add(now.equals("12:00") ? "20260215T120000Z" : "too-old-20260215T120000Z");
        var claim = document.claim(at(now));
        if (next.isStart()) {
            document.succeed(claim, at(now));
        } else {
            document.settle(claim, at(now));
        }
        assertThat(document.ledger().keySet()).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(document.ledger().get("too-old-20260215T110000Z").count()).isEqualTo(2);
    }

    /** Rule B23: an edit asks for nothing that was before it. */
    @ParameterizedTest(name = "{0}: edited {1}, at {2} {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "once, 12:00, 12:05, -",
                "once, 12:00, 12:35, 12:30",
                "all,  12:00, 12:05, -",
                "all,  12:00, 12:35, 12:10",
                "skip, 12:00, 12:35, 12:30",
                "all,  11:59, 12:05, 12:00",
                "once, 11:59, 12:05, 12:00",
            })
    void anEditOfTheTimingCountsFromTheEditWhateverTheCatchUp(String catchUp, String edited, String now, String fire) {
        GivenDocument given = GivenDocument.of("0 9 * * *")
                .ran("09:00")
                .edited(edit -> edit.timing(Timing.cron("*/10 * * * *")).catchUp(CatchUp.parse(catchUp)))
                .writtenAt(edited);

        Candidate candidate = decide(given, now);

        assertThat(candidate == null ? null : candidate.fireTime()).isEqualTo(at(fire));
        if (candidate != null && !catchUp.equals("all")) {
            assertThat(candidate.missed().stream().mapToInt(FireSeries::count).sum())
                    .as("12:10 and 12:20, and nothing of before the edit")
                    .isEqualTo(now.equals("12:35") ? 2 : 0);
        }
    }

    /** Rule B45: a month of silence costs counting to the limit, and no more. */
    @ParameterizedTest
    @ValueSource(strings = {"once", "skip", "all"})
    void aMonthOfSilenceOfAMinuteScheduleCostsNoMoreThanCountingToTheLimit(String catchUp) {
        Counting minutes = new Counting(Timing.cron("* * * * *"));
        CatchUp within = CatchUp.parse(catchUp);
        GivenDocument given = GivenDocument.of(Schedule.builder("s", minutes, "t")
                        .catchUp(within.isAll() ? within.within(Duration.ofMinutes(1)) : within)
                        .build())
                .ran("09:00");
        Instant now = at("2026-03-18 09:00:30");

        Candidate candidate = DueRule.decide(given.stored(), now, now, 3, OneDocument.STALE, Window.NONE)
                .candidate();

        assertThat(candidate.fireTime()).isEqualTo(at("2026-03-18 09:00"));
        assertThat(candidate.missed()).singleElement().satisfies(series -> {
            assertThat(series.count()).isEqualTo(FireSeries.COUNT_LIMIT);
            assertThat(series.exact()).as("at least").isFalse();
            assertThat(series.last()).isEqualTo(at("2026-03-18 08:59"));
        });
        assertThat(minutes.calls).isLessThan(FireSeries.COUNT_LIMIT + 20);
    }

    /** A timing that counts how often it is asked. */
    private static final class Counting implements Timing {
        private final Timing real;
        private int calls;

        Counting(Timing real) {
            this.real = real;
        }

        @Override
        public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
            calls++;
            return real.next(after, zone, dst);
        }

        @Override
        public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
            calls++;
            return real.previous(before, zone, dst);
        }

        @Override
        public String text() {
            return "counting";
        }
    }
}
