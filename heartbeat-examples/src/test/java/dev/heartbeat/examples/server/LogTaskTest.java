package dev.heartbeat.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.task.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogTaskTest {
    private final List<LogRecord> written = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger(LogTask.LOGGER_NAME);
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            written.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    @AfterEach
    void forget() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        logger.setLevel(null);
    }

    private static PulseDetail run(Map<String, ?> params) {
        try (Heartbeat heartbeat = Heartbeat.builder(new InMemoryHeartbeatStore())
                .task(LogTask.NAME, new LogTask())
                .build()) {
            heartbeat
                    .schedules()
                    .define(Schedule.builder("hello", "@daily", LogTask.NAME)
                            .params(params)
                            .retry(Retry.none())
                            .runAtFirstPulse()
                            .build());
            return heartbeat
                    .pulse(PulseRequest.from("test").awaitingRuns())
                    .detail("hello")
                    .orElseThrow();
        }
    }

    @Test
    void aLineIsWrittenAtItsLevelWithTheScheduleNamed() {
        run(Map.of("message", "first"));
        run(Map.of("message", "second", "level", "Warning"));
        run(Map.of("message", "third", "level", "debug"));

        assertThat(written)
                .extracting(entry -> entry.getLevel() + " " + entry.getMessage())
                .containsExactly("INFO hello: first", "WARNING hello: second", "FINE hello: third");
    }

    @Test
    void aLevelThatDoesNotExistFailsWithThoseThatDo() {
        PulseDetail detail = run(Map.of("message", "x", "level", "loud"));

        assertThat(detail.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(detail.error()).contains("param 'level' is 'loud'; allowed are debug, info, warning, error");
        assertThat(written).isEmpty();
    }
}
