package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.GivenDocument;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.StoredSchedule;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeferralsTest {
    private static final String ID = GivenDocument.ID;
    private static final Deferral NOTED = new Deferral(at("09:00"), at("09:20:20"));
    private static final Instant LONG_AGO = at("00:00");

    private static Deferrals noted(Deferral deferral) {
        return Deferrals.NONE.after(Map.of(ID, deferral), Set.of(), LONG_AGO);
    }

    private static StoredSchedule ran(String fireTime) {
        return GivenDocument.of("*/10 * * * *").ran(fireTime).stored();
    }

    @Test
    void aDeferralHoldsTheFiresFromTheFirstDeferredToTheLastPulse() {
        assertThat(NOTED.holds(at("08:59:59"))).isFalse();
        assertThat(NOTED.holds(at("09:00"))).isTrue();
        assertThat(NOTED.holds(at("09:20"))).isTrue();
        assertThat(NOTED.holds(at("09:20:21"))).isFalse();
    }

    @Test
    void itGoesOnWhileNothingWasStarted() {
        Deferrals noted = noted(NOTED);

        assertThat(noted.of(ran("08:50"))).isEqualTo(NOTED);
        assertThat(noted.now(ran("08:50"), at("09:30"), at("09:30:20")))
                .isEqualTo(new Deferral(at("09:00"), at("09:30:20")));
    }

    @Test
    void itIsOverWhenAFireWasStartedByWhomever() {
        Deferrals noted = noted(NOTED);

        assertThat(noted.of(ran("09:20"))).isNull();
        assertThat(noted.now(ran("09:20"), at("09:30"), at("09:30:20")))
                .isEqualTo(new Deferral(at("09:30"), at("09:30:20")));
    }

    /** Else the same fires would be told of twice, as those before it began and as those after it was over. */
    @Test
    void anInstanceWhoseClockIsBehindTakesNothingBack() {
        Deferral behind = noted(NOTED).now(ran("08:50"), at("08:58"), at("08:58:20"));

        assertThat(behind).isEqualTo(NOTED);
        assertThat(noted(NOTED).after(Map.of(ID, new Deferral(at("09:00"), at("09:10"))), Set.of(), LONG_AGO))
                .as("it read before the other one wrote")
                .isEqualTo(noted(NOTED));
        assertThat(Deferrals.NONE.now(ran("08:50"), at("09:00"), at("08:59:59")))
                .isEqualTo(new Deferral(at("09:00"), at("09:00")));
        assertThat(Deferrals.of(
                        Map.of("waiting", List.of(Map.of("id", ID, "from", at("09:00"), "until", at("08:59"))))))
                .isEqualTo(Deferrals.NONE);
    }

    @Test
    void itGoesOnWhenAClaimWasGivenBack() {
        StoredSchedule givenBack = GivenDocument.of("*/10 * * * *")
                .ran("09:20")
                .pending(PendingFire.State.WAITING, "09:20", 0, "09:21")
                .stored();
        StoredSchedule failed = GivenDocument.of("*/10 * * * *")
                .ran("09:20")
                .pending(PendingFire.State.WAITING, "09:20", 1, "09:21")
                .stored();

        assertThat(noted(NOTED).of(givenBack)).isEqualTo(NOTED);
        assertThat(noted(NOTED).of(failed)).as("its task was called").isNull();
    }

    @Test
    void aDocumentWithoutACursorWasNeverStarted() {
        assertThat(noted(NOTED).of(GivenDocument.of("*/10 * * * *").stored())).isEqualTo(NOTED);
    }

    @Test
    void whatAPulseStartsIsForgottenAndWhatItDefersIsNoted() {
        Deferral later = new Deferral(at("09:00"), at("09:30:20"));
        Deferrals noted = noted(NOTED).after(Map.of("b", later), Set.of(ID, "c"), LONG_AGO);

        assertThat(noted).isEqualTo(Deferrals.NONE.after(Map.of("b", later), Set.of(), LONG_AGO));
        assertThat(noted.contains("b")).isTrue();
        assertThat(noted.contains(ID)).isFalse();
        assertThat(noted(NOTED).after(Map.of(ID, later), Set.of(ID), LONG_AGO))
                .as("started and taken back")
                .isEqualTo(noted(later));
    }

    /** Two instances write one after the other; neither knows what the other one defers. */
    @Test
    void whatAnotherInstanceHasNotedStays() {
        Deferral other = new Deferral(at("09:10"), at("09:30:10"));
        Deferrals both = noted(NOTED).after(Map.of("b", other), Set.of(), LONG_AGO);

        assertThat(both.contains(ID)).isTrue();
        assertThat(both.contains("b")).isTrue();
    }

    @Test
    void whatNoPulseDefersAnyMoreIsForgotten() {
        assertThat(noted(NOTED).after(Map.of(), Set.of(), at("09:20:20")).contains(ID))
                .isTrue();
        assertThat(noted(NOTED).after(Map.of(), Set.of(), at("09:20:21")).isEmpty())
                .isTrue();
    }

    @Test
    void thoseThatWaitLongestAreNotedWhenThereAreTooMany() {
        Map<String, Deferral> many = new HashMap<>();
        for (int i = 0; i < 3 * Deferrals.MOST; i++) {
            many.put("s" + i, new Deferral(at("09:00").plusSeconds(i % 1_000), at("10:00")));
        }
        Deferrals noted = Deferrals.NONE.after(many, Set.of(), LONG_AGO);

        assertThat((List<?>) noted.values().get("waiting")).hasSize(Deferrals.MOST);
        assertThat(noted.contains("s0")).isTrue();
        assertThat(noted.contains("s1000")).as("as long as s0").isTrue();
        assertThat(noted.contains("s999")).isFalse();
    }

    @Test
    void aCellKeepsItInMilliseconds() {
        Deferral exact = Deferrals.NONE.now(ran("08:50"), at("09:00:00.000000001"), at("09:00:20.000000001"));
        Deferrals noted = noted(exact);

        assertThat(exact).isEqualTo(new Deferral(at("09:00"), at("09:00:20.001")));
        assertThat(Deferrals.of(noted.values())).isEqualTo(noted).hasSameHashCodeAs(noted);
    }

    @Test
    void whatIsNoDeferralInACellCountsAsNothing() {
        assertThat(Deferrals.of(Map.of())).isEqualTo(Deferrals.NONE);
        assertThat(Deferrals.of(Map.of("waiting", "long"))).isEqualTo(Deferrals.NONE);
        assertThat(Deferrals.of(Map.of("waiting", Arrays.asList("a", null, Map.of("id", "b", "from", "soon")))))
                .isEqualTo(Deferrals.NONE);
    }
}
