package dev.heartbeat.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.ScheduleState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DueIndexTest {
    private static final Instant START = Instant.parse("2026-02-15T12:00:00Z");

    private final DueIndex index = new DueIndex();
    private long version;

    @Test
    void findsWhatComesForNowAndSkipsWhatHasLeft() {
        Document first = document("a", 1);
        Document second = document("b", 2);
        index.add(first);
        index.addForNow(second);
        assertThat(places(null)).containsExactly("1/a", "2/b");
        index.remove(first);
        assertThat(places(null)).containsExactly("2/b");
        assertThat(index.size()).isEqualTo(1);
        index.remove(second);
        assertThat(places(null)).isEmpty();
        assertThat(index.size()).isZero();
    }

    @Test
    void takesTheNewDocumentOfAPlaceThatAnOldOneStillHolds() {
        Document old = document("a", 1);
        index.add(old);
        index.remove(old);
        Document next = document("a", 1);
        index.addForNow(next);
        assertThat(index.after(null).next()).isSameAs(next);
        assertThat(index.size()).isEqualTo(1);
        index.tidy(Place.behind(START.plusSeconds(5)));
        assertThat(index.after(null).next()).isSameAs(next);
    }

    @Test
    void doesNotGrowWhileADocumentIsEditedAndNobodyFinds() {
        for (int i = 0; i < 100_000; i++) {
            Document document = document("a", i);
            index.add(document);
            index.remove(document);
            Document forNow = document("a", i);
            index.addForNow(forNow);
            index.remove(forNow);
        }
        assertThat(index.places()).isLessThan(10_000);
        assertThat(index.size()).isZero();
    }

    @Test
    void behavesLikeASortedMapUnderRandomWritesOfEitherKind() {
        Random random = new Random(20_261_125);
        Map<String, Document> current = new TreeMap<>();
        for (int round = 0; round < 120_000; round++) {
            String id = "s" + random.nextInt(4_000);
            Document old = current.remove(id);
            if (old != null) {
                index.remove(old);
            }
            if (random.nextInt(5) > 0) {
                Document next = document(id, random.nextInt(50));
                current.put(id, next);
                if (random.nextInt(3) == 0) {
                    index.add(next);
                } else {
                    index.addForNow(next);
                }
            }
            if (round % 5_000 == 4_999) {
                Place from = Place.behind(START.plusSeconds(random.nextInt(50)));
                if (random.nextBoolean()) {
                    index.tidy(from);
                }
                assertThat(index.size()).isEqualTo(current.size());
                assertThat(places(null)).isEqualTo(expected(current, null));
                assertThat(places(from)).isEqualTo(expected(current, from));
            }
        }
    }

    private List<String> places(Place from) {
        List<String> places = new ArrayList<>();
        Iterator<Document> documents = index.after(from);
        while (documents.hasNext()) {
            places.add(text(documents.next()));
        }
        return places;
    }

    private static List<String> expected(Map<String, Document> current, Place from) {
        return current.values().stream()
                .filter(document -> from == null || document.compareTo(from) > 0)
                .sorted()
                .map(DueIndexTest::text)
                .toList();
    }

    private static String text(Document document) {
        return (document.wakeAt().getEpochSecond() - START.getEpochSecond()) + "/" + document.id();
    }

    private Document document(String id, int second) {
        Schedule schedule =
                Schedule.builder(id, "@at " + START.plusSeconds(second), "task").build();
        return Document.of(
                new Stamp(START, ++version),
                schedule,
                LastRun.MISSING,
                null,
                null,
                ScheduleState.oneOff(schedule.rule()),
                null);
    }
}
