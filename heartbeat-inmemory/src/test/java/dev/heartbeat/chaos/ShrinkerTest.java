package dev.heartbeat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.chaos.Plan.Act;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    private static final Plan PLAN = PlanMaker.plan(4);

    @Test
    void leavesWhatTheViolationNeedsAndNoMore() {
        List<Act> needed = List.of(
                PLAN.acts().get(3),
                PLAN.acts().get(17),
                PLAN.acts().get(PLAN.acts().size() - 1));

        Plan shrunk = Shrinker.shrink(
                PLAN,
                plan -> plan.acts().containsAll(needed) && plan.schedules().size() >= 2,
                10_000);

        assertThat(shrunk.acts()).containsExactlyElementsOf(needed);
        assertThat(shrunk.schedules()).hasSize(2);
        assertThat(shrunk.seed()).isEqualTo(PLAN.seed());
    }

    @Test
    void leavesAPlanAloneThatBreaksOnlyAsAWhole() {
        Plan shrunk = Shrinker.shrink(PLAN, PLAN::equals, 10_000);

        assertThat(shrunk).isEqualTo(PLAN);
    }

    @Test
    void playsNoMorePlansThanItMay() {
        AtomicInteger played = new AtomicInteger();

        Shrinker.shrink(
                PLAN,
                plan -> {
                    played.incrementAndGet();
                    return true;
                },
                5);

        assertThat(played).hasValue(5);
    }
}
