package dev.heartbeat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Whatever goes wrong between the engine, its store and people, no rule is broken. One plan alone with
 * {@code -Dheartbeat.seed=N}; another number of plans with {@code -Dheartbeat.chaos.plans=1000000}, from another one on
 * with {@code -Dheartbeat.chaos.first=N}.
 */
class ChaosTest {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat.chaos");
    private static final Long SEED = Long.getLong("heartbeat.seed");
    private static final long PLANS = SEED != null ? 1 : Long.getLong("heartbeat.chaos.plans", 1_000);

    @Test
    void noFireIsLostOrDoubledAndEveryWishIsGrantedInAnyPlan() throws Exception {
        long first = SEED != null ? SEED : Long.getLong("heartbeat.chaos.first", 1);
        Chaos chaos = new Chaos(store -> store, violation -> true);
        long begun = System.nanoTime();

        Optional<Chaos.Finding> finding = chaos.play(first, PLANS);

        LOGGER.log(
                System.Logger.Level.INFO,
                "chaos from seed " + first + " in " + (System.nanoTime() - begun) / 1_000_000_000 + " s"
                        + chaos.figures()
                        + String.format(
                                "%n%,12d  violations",
                                finding.map(found -> found.violations().size()).orElse(0)));
        assertThat(finding.map(Chaos.Finding::toString)).isEmpty();
    }

    @Test
    void aPlanIsPlayedTheSameEachTime() {
        Chaos chaos = new Chaos(store -> store, violation -> true);
        try (Crew crew = new Crew()) {
            for (long seed = 1; seed <= 40; seed++) {
                String once = Story.of(chaos.play(PlanMaker.plan(seed), crew));
                String again = Story.of(chaos.play(PlanMaker.plan(seed), crew));

                assertThat(again).as("plan %s", seed).isEqualTo(once);
            }
        }
    }
}
