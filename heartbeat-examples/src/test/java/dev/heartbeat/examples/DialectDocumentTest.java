package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.cronutils.CronDialect;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What docs/cron-dialects.md says of documents, on the in-memory store. */
class DialectDocumentTest {
    @Test
    void aDocumentWrittenByHandIsQuarantinedUntilTheScheduleIsDefinedAgain() {
        Schedule report = Schedule.builder("report", CronDialect.QUARTZ.timing("30 */5 * * * ?"), "report")
                .build();
        SettableClock clock = new SettableClock(Instant.parse("2026-02-27T13:58:00Z"));
        InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
        try (Heartbeat heartbeat = Heartbeat.builder(store)
                .clock(clock)
                .task("report", context -> TaskResult.done())
                .build()) {
            heartbeat.schedules().define(report);
            assertThat(pulse(heartbeat, clock).fireTime()).isEqualTo(Instant.parse("2026-02-27T14:00:30Z"));

            store.putDocument("report", ScheduleDocument.definition(report));
            assertThat(pulse(heartbeat, clock).reason()).isEqualTo(PulseDetail.QUARANTINED);

            heartbeat.schedules().define(report);
            PulseDetail mended = pulse(heartbeat, clock);
            assertThat(mended.outcome()).isEqualTo(Outcome.EXECUTED);
        }
    }

    private static PulseDetail pulse(Heartbeat heartbeat, SettableClock clock) {
        clock.advance(Duration.ofMinutes(5));
        return heartbeat.pulse().detail("report").orElseThrow();
    }
}
