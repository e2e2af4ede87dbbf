package dev.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.alert.Alert.Kind;
import dev.heartbeat.alert.Memory.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {
    private static final Instant START = Instant.parse("2026-03-02T09:00:00Z");
    private static final List<String> SINKS = List.of("a", "b");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration REPEAT = Duration.ofMinutes(30);
    private static final Terms TERMS = new Terms(PATIENCE, REPEAT, true, Duration.ofMinutes(2));
    private static final Terms AT_ONCE = new Terms(Duration.ZERO, null, true, Duration.ofMinutes(2));

    /** Whatever happens, each sink hears raised, then repeats, then recovered, and in the end what is true. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void eachSinkHearsAStoryThatMakesSense(long seed) {
        Random random = new Random(seed);
        Map<String, Kind> heard = new HashMap<>();
        Map<String, Instant> raised = new HashMap<>();
        Map<String, Instant> incidents = new HashMap<>();
        Memory memory = Memory.NONE;
        Instant now = START;
        boolean holds = false;
        for (int step = 0; step < 2_000; step++) {
            boolean calm = step >= 1_900; // in the end all is well and every sink takes what it is told
            now = now.plus(Duration.ofSeconds(calm ? 300 : random.nextInt(180)));
            holds = !calm && (random.nextInt(10) == 0) != holds;
            if (memory.isBeingSent(now)) {
                continue; // the one that died has the word yet
            }
            memory = Memory.read(memory.seen(holds, now, TERMS).write()); // as the store gives it back
            List<Memory.Due> due = memory.due(SINKS, TERMS, now);
            if (due.isEmpty()) {
                continue;
            }
            memory = memory.sending(now);
            assertThat(memory.isBeingSent(now.plus(Memory.SENDING).minusMillis(1)))
                    .isTrue();
            if (!calm && random.nextInt(8) == 0) {
                continue; // it died before it sent anything
            }
            List<String> failed = calm
                    ? List.of()
                    : SINKS.stream().filter(sink -> random.nextInt(3) == 0).toList();
            for (Memory.Due each : due) {
                if (failed.contains(each.sink())) {
                    continue;
                }
                Kind before = heard.getOrDefault(each.sink(), Kind.RECOVERED);
                switch (each.kind()) {
                    case RAISED -> {
                        assertThat(holds).isTrue();
                        assertThat(before == Kind.RECOVERED || !memory.since().equals(incidents.get(each.sink())))
                                .as("of another incident, or after the end")
                                .isTrue();
                        incidents.put(each.sink(), memory.since());
                        raised.put(each.sink(), now);
                    }
                    case REPEATED -> {
                        assertThat(holds).isTrue();
                        assertThat(before).isNotEqualTo(Kind.RECOVERED);
                        assertThat(now).isAfterOrEqualTo(raised.get(each.sink()).plus(REPEAT));
                        raised.put(each.sink(), now);
                    }
                    case RECOVERED -> {
                        assertThat(holds).isFalse();
                        assertThat(before).isNotEqualTo(Kind.RECOVERED);
                    }
                }
                heard.put(each.sink(), each.kind());
            }
            memory = memory.sent(memory.since(), due, failed, now);
        }
        assertThat(heard)
                .containsOnlyKeys(SINKS)
                .allSatisfy((sink, kind) -> assertThat(kind).isEqualTo(Kind.RECOVERED));
        assertThat(memory).as("nothing is kept").isEqualTo(Memory.NONE);
    }

    @Test
    void aClockThatIsHoursAheadSilencesNobody() {
        Memory memory = Memory.NONE.seen(true, START, AT_ONCE);
        Instant ahead = START.plus(Duration.ofHours(5));
        assertThat(memory.sending(ahead).isBeingSent(START)).isFalse();
        Memory failed = memory.sent(START, memory.due(SINKS, AT_ONCE, ahead), SINKS, ahead);
        assertThat(failed.due(SINKS, AT_ONCE, START)).hasSize(2);
        Memory begun = Memory.NONE.seen(true, ahead, AT_ONCE).seen(true, START, AT_ONCE);
        assertThat(begun.since()).isEqualTo(START);
        Memory over = memory.seen(false, ahead, AT_ONCE).seen(false, START, AT_ONCE);
        assertThat(over.endedAt()).isEqualTo(START);
    }

    @Test
    void anEndCountsOnceNobodyHasSeenItForAWhile() {
        Memory told = Memory.NONE.seen(true, START, AT_ONCE);
        told = told.sent(START, told.due(SINKS, AT_ONCE, START), List.of(), START);
        for (int minute = 1; minute < 60; minute++) { // two instances look, one of them sees it
            Instant now = START.plus(Duration.ofMinutes(minute));
            told = told.seen(false, now, AT_ONCE);
            assertThat(told.due(SINKS, AT_ONCE, now)).isEmpty();
            told = told.seen(true, now.plusSeconds(30), AT_ONCE);
            assertThat(told.due(SINKS, AT_ONCE, now.plusSeconds(30))).isEmpty();
        }
        assertThat(told.since()).isEqualTo(START);
        Instant end = START.plus(Duration.ofHours(1));
        Memory over = told.seen(false, end, AT_ONCE);
        assertThat(over.due(SINKS, AT_ONCE, end.plusSeconds(119))).isEmpty();
        assertThat(over.due(SINKS, AT_ONCE, end.plusSeconds(120)))
                .extracting(Memory.Due::kind)
                .containsOnly(Kind.RECOVERED);
    }

    @Test
    void aSinkThatWasAwayForALaterIncidentIsToldOfThatOne() {
        Memory first = Memory.NONE.seen(true, START, AT_ONCE);
        first = first.sent(START, first.due(SINKS, AT_ONCE, START), List.of(), START);
        Instant later = START.plus(Duration.ofHours(1));
        Memory second = first.seen(false, START.plusSeconds(60), AT_ONCE).seen(true, later, AT_ONCE);
        assertThat(second.since()).isEqualTo(later);
        assertThat(second.due(List.of("a"), AT_ONCE, later))
                .extracting(Memory.Due::kind)
                .containsExactly(Kind.RAISED);
        Memory forgotten =
                first.seen(false, START.plusSeconds(60), AT_ONCE).seen(false, START.plus(Duration.ofDays(2)), AT_ONCE);
        assertThat(forgotten).as("a recovery of long ago is no news").isEqualTo(Memory.NONE);
    }

    @Test
    void whatWasToldWithoutTheStoreIsJoinedWithWhatOthersHaveWritten() {
        Instant alone = START.plusSeconds(30);
        Memory own = Memory.NONE.seen(true, alone, AT_ONCE);
        own = own.sent(alone, own.due(List.of("a"), AT_ONCE, alone), List.of(), alone);
        Memory stored = Memory.NONE.seen(true, START, AT_ONCE);
        stored = stored.sent(START, stored.due(List.of("b"), AT_ONCE, START), List.of(), START);
        Memory joined = own.joined(stored);
        assertThat(joined.since()).isEqualTo(START);
        assertThat(joined.due(SINKS, AT_ONCE, alone)).as("both have been told").isEmpty();
        assertThat(own.joined(Memory.NONE)).isEqualTo(own);
    }

    @Test
    void itReadsBackEqualAndWhatMakesNoSenseIsLeftOut() {
        Memory memory = Memory.NONE.seen(true, START, AT_ONCE);
        Memory sent = memory.sent(START, memory.due(SINKS, AT_ONCE, START), List.of("b"), START);
        assertThat(Memory.read(sent.write())).isEqualTo(sent);
        assertThat(Memory.read(Map.of("since", "yesterday", "sinks", List.of("x", Map.of("name", 1L)))))
                .isEqualTo(Memory.NONE);
    }
}
