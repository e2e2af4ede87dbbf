package dev.heartbeat.store;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Values;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PausesTest {
    private static final Pauses.Entry NIGHT =
            new Pauses.Entry(at("08:00"), new Pause(at("09:00"), "ada", "the provider is down"));
    private static final Pauses.Entry OPEN = new Pauses.Entry(at("08:30"), new Pause(Pause.INDEFINITELY, "bob", ""));

    @Test
    void whatWasWrittenIsReadBack() {
        Pauses pauses =
                Pauses.NONE.withQueue("mail", NIGHT).withEverything(OPEN).withQueue("__x__", OPEN);

        Map<String, Object> stored = Values.copyOf(pauses.write(), "pauses");

        assertThat(Pauses.read(stored)).isEqualTo(pauses);
        assertThat(pauses.queue("mail")).contains(NIGHT);
        assertThat(pauses.queue("reports")).isEmpty();
        assertThat(pauses.everything()).contains(OPEN);
        assertThat(stored.keySet())
                .as("no name of a queue is the name of a field")
                .containsOnly("everything", "queues");
    }

    @Test
    void aQueueHasOnePauseTheLatest() {
        Pauses pauses = Pauses.NONE.withQueue("mail", OPEN).withQueue("mail", NIGHT);

        assertThat(pauses.queues()).containsExactly(Map.entry("mail", NIGHT));
    }

    @Test
    void noneLeavesNothingBehind() {
        assertThat(Pauses.NONE.write()).isEmpty();
        assertThat(Pauses.read(Map.of())).isEqualTo(Pauses.NONE);
    }

    @Test
    void whatMakesNoSenseIsLeftOutAndHarmsNothingElse() {
        Map<String, Object> mail = Map.of("queue", "mail", "until", at("09:00"), "by", 7L);
        Map<String, Object> value = Map.of(
                "everything",
                Map.of("until", "tomorrow"),
                "queues",
                List.of("text", Map.of("queue", "x"), Map.of("until", at("09:00")), mail));

        assertThat(Pauses.read(value))
                .isEqualTo(new Pauses(
                        Optional.empty(),
                        Map.of("mail", new Pauses.Entry(at("09:00"), new Pause(at("09:00"), "", "")))));
        assertThat(Pauses.read(Map.of("queues", "mail", "everything", 5L))).isEqualTo(Pauses.NONE);
    }
}
