package dev.heartbeat.engine;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.schedule.Priority;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.GivenDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingTest {
    private static final Instant TIME = at("09:00");

    private final Waiting waiting = new Waiting();

    private static Planned planned(String id) {
        Candidate candidate = new Candidate(
                GivenDocument.of(Schedule.builder(id, "0 * * * *", "work").build())
                        .stored(),
                FireKey.of(TIME),
                TIME,
                false,
                0,
                TIME,
                0,
                List.of(),
                null,
                null);
        return new Planned(candidate, Priority.NORMAL, false, TIME, at("10:00"));
    }

    private List<String> ids() {
        return waiting.all().stream().map(Planned::id).toList();
    }

    @Test
    void criticalWorkComesFirstAlsoWhenItCameLater() {
        waiting.add(planned("a"), false);
        waiting.add(planned("urgent-1"), true);
        waiting.add(planned("b"), false);
        waiting.add(planned("urgent-2"), true);

        assertThat(ids()).containsExactly("urgent-1", "urgent-2", "a", "b");
    }

    @Test
    void whatLeavesComesBackToItsPlace() {
        waiting.add(planned("a"), false);
        waiting.add(planned("b"), false);
        int first = waiting.next(Waiting.START);
        Planned a = waiting.get(first);

        waiting.remove(first);
        assertThat(ids()).containsExactly("b");
        assertThatThrownBy(() -> waiting.get(first)).isInstanceOf(IllegalStateException.class);
        waiting.add(planned("c"), false);
        waiting.putBack(first, a);

        assertThat(ids()).containsExactly("a", "b", "c");
    }

    @Test
    void emptyItHasNoPlace() {
        assertThat(waiting.isEmpty()).isTrue();
        assertThat(waiting.next(Waiting.START)).isEqualTo(Waiting.END);

        waiting.add(planned("a"), true);
        waiting.remove(waiting.next(Waiting.START));

        assertThat(waiting.isEmpty()).isTrue();
        assertThat(waiting.next(Waiting.START)).isEqualTo(Waiting.END);
    }

    /** Against a sorted map, which does the same in more time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void itDoesWhatASortedMapDoes(long seed) {
        Random random = new Random(seed);
        TreeMap<Integer, Planned> model = new TreeMap<>();
        TreeMap<Integer, Planned> gone = new TreeMap<>();
        int critical = Waiting.START;
        int other = 0;
        for (int step = 0; step < 2_000; step++) {
            int which = random.nextInt(4);
            if (which == 0) {
                boolean isCritical = random.nextInt(3) == 0;
                Planned added = planned("s" + step);
                waiting.add(added, isCritical);
                model.put(isCritical ? critical++ : other++, added);
            } else if (which < 3 && !model.isEmpty()) {
                int place = any(model, random);
                gone.put(place, model.remove(place));
                waiting.remove(place);
            } else if (!gone.isEmpty()) {
                int place = any(gone, random);
                model.put(place, gone.get(place));
                waiting.putBack(place, gone.remove(place));
            }
            int from = random.nextBoolean()
                    ? random.nextInt(Math.max(1, other))
                    : Waiting.START + random.nextInt(Math.max(1, critical - Waiting.START));
            Integer next = model.ceilingKey(from);
            assertThat(waiting.next(from)).isEqualTo(next == null ? Waiting.END : next);
            assertThat(waiting.isEmpty()).isEqualTo(model.isEmpty());
        }
        assertThat(waiting.all()).isEqualTo(new ArrayList<>(model.values()));
    }

    private static int any(SortedMap<Integer, Planned> map, Random random) {
        return new ArrayList<>(map.keySet()).get(random.nextInt(map.size()));
    }
}
