package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverloadRuleTest {
    private final Seed seed = new Seed();

    private static ClaimRequest claim(StoredSchedule seen, String now) {
        Candidate candidate = Objects.requireNonNull(
                DueRule.decide(seen, at(now), at(now), 3, OneDocument.STALE, Window.NONE)
                        .candidate(),
                "candidate");
        return ClaimRule.request(candidate, at(now), "random", "owner", Duration.ofSeconds(20), "pulse");
    }

    private static Deferral deferral(String from, String until) {
        return new Deferral(at(from), at(until));
    }

    private static FireSeries series(String reason, int count, String first, String last) {
        return new FireSeries(Outcome.MISSED, reason, count, true, at(first), at(last));
    }

    @Test
    void withoutADeferralNothingChanges() {
        ClaimRequest claim = claim(GivenDocument.of("*/10 * * * *").ran("08:00").stored(), "09:05");

        assertThat(OverloadRule.told(claim, null)).isSameAs(claim);
    }

    /** Rule C2: a fire that is still deferred when its next one comes is missed, reason overload. */
    @ParameterizedTest
    @CsvSource({
        "08:10, 08:50:20, overload 5 08:10 08:50",
        "07:00, 10:00,    overload 5 08:10 08:50",
        "08:30, 08:50:20, coalesced 2 08:10 08:20; overload 3 08:30 08:50",
        "08:10, 08:30:20, overload 3 08:10 08:30; coalesced 2 08:40 08:50",
        "08:20, 08:30:20, coalesced 1 08:10 08:10; overload 2 08:20 08:30; coalesced 2 08:40 08:50",
        "08:50, 08:50:20, coalesced 4 08:10 08:40; overload 1 08:50 08:50",
        "09:00, 09:00:20, coalesced 5 08:10 08:50",
        "07:00, 08:09,    coalesced 5 08:10 08:50",
        "08:31, 08:39,    coalesced 3 08:10 08:30; coalesced 2 08:40 08:50",
    })
    void theFiresThatWereDeferredAreToldFromThoseThatNoPulseSaw(String from, String until, String expected) {
        ClaimRequest claim = claim(GivenDocument.of("*/10 * * * *").ran("08:00").stored(), "09:05");
        List<FireSeries> series = new ArrayList<>();
        for (String each : expected.split("; ", -1)) {
            String[] part = each.split(" ", -1);
            series.add(series(part[0], Integer.parseInt(part[1]), part[2], part[3]));
        }

        ClaimRequest told = OverloadRule.told(claim, deferral(from, until));

        assertThat(told.fire().missed()).isEqualTo(series);
        assertThat(told.token()).isEqualTo(claim.token());
        assertThat(told.startedAt()).isEqualTo(claim.startedAt());
        assertThat(told.state().withPending(null)).isEqualTo(claim.state().withPending(null));
    }

    @Test
    void aFireWhoseClaimWasGivenBackIsMissedForTheOverload() {
        StoredSchedule seen = GivenDocument.of("*/10 * * * *")
                .ran("08:50")
                .pending(PendingFire.State.WAITING, "08:50", 0, "08:51")
                .stored();
        ClaimRequest claim = claim(seen, "09:05");

        assertThat(OverloadRule.told(claim, deferral("08:50", "08:50:20")).superseded())
                .satisfies(entry -> {
                    assertThat(entry.outcome()).isEqualTo(Outcome.MISSED);
                    assertThat(entry.reason()).isEqualTo("overload");
                    assertThat(entry.fireTime()).isEqualTo(at("08:50"));
                });
        assertThat(OverloadRule.told(claim, deferral("08:10", "08:40")).superseded())
                .isEqualTo(claim.superseded());
    }

    @Test
    void aFireThatWasStartedAndSupersededHasFailedAsBefore() {
        StoredSchedule seen = GivenDocument.of("*/10 * * * *")
                .ran("08:50")
                .pending(PendingFire.State.WAITING, "08:50", 1, "08:51")
                .stored();
        ClaimRequest claim = claim(seen, "09:05");

        assertThat(OverloadRule.told(claim, deferral("08:00", "09:00")).superseded())
                .isEqualTo(claim.superseded());
    }

    @Test
    void whatAPauseSwallowedAndWhatWasToldBeforeStaysAsItIs() {
        FireSeries before = series("coalesced", 2, "08:20", "08:30");
        StoredSchedule seen = GivenDocument.of("*/10 * * * *")
                .ran("08:40")
                .pausedUntil("08:55")
                .pending(GivenDocument.fire(PendingFire.State.WAITING, "08:40", 0, "08:41", before))
                .stored();
        ClaimRequest claim = claim(seen, "09:15");

        assertThat(OverloadRule.told(claim, deferral("08:00", "09:10:20"))
                        .fire()
                        .missed())
                .containsExactly(
                        before,
                        new FireSeries(Outcome.SKIPPED, "paused", 1, true, at("08:50"), at("08:50")),
                        series("overload", 1, "09:00", "09:00"));
    }

    /** Nothing is lost or doubled, however the deferral lies. */
    @Test
    void allFiresAreToldOnce() {
        Random random = seed.random();
        for (int i = 0; i < 500; i++) {
            StoredSchedule seen = GivenDocument.of(random.nextBoolean() ? "*/7 * * * *" : "@every PT1M")
                    .ran("08:00")
                    .stored();
            ClaimRequest claim = claim(seen, "09:05:30");
            Instant from = at("07:50").plusSeconds(random.nextInt(80) * 60L);
            Deferral deferral = new Deferral(from, from.plusSeconds(random.nextInt(5_000)));

            List<FireSeries> told = OverloadRule.told(claim, deferral).fire().missed();

            assertThat(told.stream().flatMap(each -> fires(seen, each).stream()))
                    .as("with %s: %s in %s", seed, told, deferral)
                    .containsExactlyElementsOf(fires(seen, claim.fire().missed().get(0)));
            assertThat(told).allSatisfy(each -> {
                assertThat(each.count()).isEqualTo(fires(seen, each).size());
                assertThat(fires(seen, each))
                        .allMatch(fire -> deferral.holds(fire) == each.reason().equals("overload"));
            });
        }
    }

    private static List<Instant> fires(StoredSchedule seen, FireSeries series) {
        List<Instant> fires = new ArrayList<>();
        for (Instant fire = series.first();
                !fire.isAfter(series.last());
                fire = seen.schedule().nextFire(fire).orElseThrow()) {
            fires.add(fire);
        }
        return fires;
    }
}
