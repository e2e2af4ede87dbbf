package dev.heartbeat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chaos is worth what it finds: each bug that is planted is found, and told of in a plan that a person can read. */
class PlantedBugsTest {
    private static final System.Logger LOGGER = System.getLogger("dev.heartbeat.chaos");
    private static final int MOST_PLANS = 2_000;

    @ParameterizedTest
    @MethodSource("dev.heartbeat.chaos.PlantedBug#all")
    void aPlantedBugIsFoundWithItsSeedAndAShrunkPlan(PlantedBug bug) throws Exception {
        Chaos chaos = new Chaos(bug, bug::isFoundAs);

        Chaos.Finding finding =
                chaos.play(Long.getLong("heartbeat.seed", 1), MOST_PLANS).orElseThrow();

        LOGGER.log(System.Logger.Level.INFO, bug + " is found: " + finding + chaos.figures());
        assertThat(finding.toString())
                .contains("-Dheartbeat.seed=" + finding.plan().seed());
        assertThat(finding.left()).as("found in the shrunk plan too").isNotEmpty();
        assertThat(Shrinker.size(finding.shrunk())).isLessThanOrEqualTo(Shrinker.size(finding.plan()));
        assertThat(finding.shrunk().acts()).hasSizeLessThanOrEqualTo(12);
    }
}
