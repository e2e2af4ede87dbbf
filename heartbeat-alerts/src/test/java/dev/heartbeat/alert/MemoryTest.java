package dev.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.alert.Alert.Kind;
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

    /** Whatever happens, each sink hears raised, then repeats, then recovered, and in the end what is true. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void eachSinkHearsAStoryThatMakesSense(long seed) {
        Random random = new Random(seed);
        Map<String, Kind> heard = new HashMap<>();
        Map<String, Instant> raised = new HashMap<>();
        Memory memory = Memory.NONE;
        Instant now = START;
        boolean holds = false;
        for (int step = 0; step < 2_000; step++) {
            boolean calm = step >= 1_900; // in the end all is well and every sink takes what it is told
            now = now.plus(Duration.ofSeconds(calm ? 300 : random.nextInt(180)));
            holds = !calm && (random.nextInt(10) == 0) != holds;
            memory = Memory.read(memory.seen(holds, now, true).write()); // as the store gives it back
            List<Memory.Due> due = memory.due(SINKS, PATIENCE, REPEAT, now);
            if (due.isEmpty()) {
                continue;
            }
            memory = memory.sending(now.plusSeconds(120));
            assertThat(memory.due(SINKS, PATIENCE, REPEAT, now.plusSeconds(119)))
                    .isEmpty();
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
                        assertThat(before).isEqualTo(Kind.RECOVERED);
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
            memory = memory.sent(due, failed, now);
        }
        assertThat(heard)
                .containsOnlyKeys(SINKS)
                .allSatisfy((sink, kind) -> assertThat(kind).isEqualTo(Kind.RECOVERED));
        assertThat(memory).as("nothing is kept").isEqualTo(Memory.NONE);
    }

    @Test
    void itReadsBackEqualAndWhatMakesNoSenseIsLeftOut() {
        Memory memory = Memory.NONE.seen(true, START, true);
        Memory sent = memory.sent(memory.due(SINKS, Duration.ZERO, null, START), List.of("b"), START);
        assertThat(Memory.read(sent.write())).isEqualTo(sent);
        assertThat(Memory.read(Map.of("since", "yesterday", "sinks", List.of("x", Map.of("name", 1L)))))
                .isEqualTo(Memory.NONE);
    }
}
