package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.schedule.Seed;
import dev.heartbeat.store.GivenDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanRuleTest {
    private final Seed seed = new Seed();

    @Test
    void priorityComesFirst() {
        assertInOrder(
                candidate("d", Priority.CRITICAL, "0 0 1 * *", "09:00"),
                candidate("c", Priority.HIGH, "0 * * * *", "09:00"),
                candidate("b", Priority.NORMAL, "*/10 * * * *", "08:00"),
                candidate("a", Priority.LOW, "* * * * *", "07:00"));
    }

    @Test
    void thenTheFireWhoseNextOneWouldTakeItsPlaceSoonest() {
        assertInOrder(
                candidate("d", Priority.NORMAL, "*/10 * * * *", "09:00"),
                candidate("c", Priority.NORMAL, "0 * * * *", "09:00"),
                candidate("b", Priority.NORMAL, "0 9 * * *", "09:00"),
                candidate("a", Priority.NORMAL, "@at 2026-02-15T09:00:00Z", "09:00"));
    }

    @Test
    void thenTheOldestFire() {
        assertInOrder(
                candidate("c", Priority.NORMAL, "0 10 * * *", "08:00"),
                candidate("b", Priority.NORMAL, "0 10 * * *", "08:30"),
                candidate("a", Priority.NORMAL, "0 10 * * *", "09:00"));
    }

    @Test
    void thenTheId() {
        assertInOrder(
                candidate("a", Priority.NORMAL, "0 * * * *", "09:00"),
                candidate("b", Priority.NORMAL, "0 * * * *", "09:00"),
                candidate("c", Priority.NORMAL, "0 * * * *", "09:00"));
    }

    @Test
    void anOrderOfNoneIsEmpty() {
        assertThat(PlanRule.order(List.of())).isEmpty();
    }

    private void assertInOrder(Candidate... expected) {
        List<Candidate> shuffled = new ArrayList<>(List.of(expected));
        Random random = seed.random();
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(shuffled, random);
            List<Candidate> given = List.copyOf(shuffled);

            assertThat(PlanRule.order(shuffled)).as("with %s", seed).containsExactly(expected);
            assertThat(shuffled).as("the given list stays as it is").isEqualTo(given);
        }
    }

    private static Candidate candidate(String id, Priority priority, String cron, String fireTime) {
        Schedule schedule = Schedule.builder(id, cron, "t").priority(priority).build();
        Instant fire = at(fireTime);
        return new Candidate(
                GivenDocument.of(schedule).stored(), FireKey.of(fire), fire, false, 0, fire, 0, List.of(), null, null);
    }
}
