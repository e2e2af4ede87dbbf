package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

abstract class HeartbeatGroup extends KitGroup {
    HeartbeatGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void thereIsNoneAtFirst() {
        assertThat(store().heartbeat(LIMIT)).isEmpty();
        assertThat(store().saveHeartbeat(Sample.heartbeat(now(), 1), new Version("17"), LIMIT))
                .isFalse();
        assertThat(store().heartbeat(LIMIT)).isEmpty();
    }

    @Test
    void itIsReadAsItWasWritten() {
        HeartbeatRecord record = withErrors(
                new HeartbeatError("z-mail", "no connection", now().minusSeconds(2)),
                new HeartbeatError("a-mail", "x".repeat(HeartbeatError.LONGEST_TEXT), now().minusSeconds(1)),
                new HeartbeatError("pulse", "the store did not answer", now()));

        save(record, Version.NONE);

        assertThat(stored().heartbeat()).isEqualTo(record);
        HeartbeatRecord next = Sample.heartbeat(now().plusSeconds(600), 4);
        save(next, stored().version());
        assertThat(stored().heartbeat()).isEqualTo(next);
    }

    @Test
    void noneMeansThatThereIsNone() {
        save(Sample.heartbeat(now(), 1), Version.NONE);

        assertThat(store().saveHeartbeat(Sample.heartbeat(now(), 2), Version.ANY, LIMIT))
                .as("for schedules alone")
                .isFalse();
        assertThat(store().saveHeartbeat(Sample.heartbeat(now(), 2), Version.NONE, LIMIT))
                .isFalse();
        assertThat(stored().heartbeat().schedulesExecuted()).isEqualTo(1);
    }

    @Test
    void anIdlePulseThatReadAnOldVersionDoesNotClearErrors() {
        save(Sample.heartbeat(now(), 1), Version.NONE);
        Version readByIdlePulse = stored().version();
        HeartbeatRecord red = withErrors(new HeartbeatError("mail", "no connection", now()));
        save(red, readByIdlePulse);
        Version written = stored().version();

        assertThat(store().saveHeartbeat(Sample.heartbeat(now(), 0), readByIdlePulse, LIMIT))
                .isFalse();

        assertThat(written).isNotEqualTo(readByIdlePulse);
        assertThat(stored()).isEqualTo(new StoredHeartbeat(red, written));
    }

    @Test
    void aLoserThatReadsAgainLosesNothing() {
        save(Sample.heartbeat(now(), 0), Version.NONE);
        StoredHeartbeat seenByBoth = stored();
        save(Sample.heartbeat(now(), seenByBoth.heartbeat().schedulesExecuted() + 2), seenByBoth.version());

        int added = 3;
        assertThat(store().saveHeartbeat(Sample.heartbeat(now(), added), seenByBoth.version(), LIMIT))
                .isFalse();
        StoredHeartbeat again = stored();
        save(Sample.heartbeat(now(), again.heartbeat().schedulesExecuted() + added), again.version());

        assertThat(stored().heartbeat().schedulesExecuted()).isEqualTo(5);
    }

    @Test
    void aHundredErrorsAreKept() {
        List<HeartbeatError> errors = new ArrayList<>();
        for (int i = 0; i < HeartbeatRecord.MOST_ERRORS; i++) {
            errors.add(new HeartbeatError("s-" + i, "error " + i, now().minusSeconds(i)));
        }
        HeartbeatRecord record = withErrors(errors.toArray(HeartbeatError[]::new));

        save(record, Version.NONE);

        assertThat(stored().heartbeat().errors()).isEqualTo(errors);
        assertThat(stored().heartbeat().errorsTotal()).isEqualTo(record.errorsTotal());
    }

    private StoredHeartbeat stored() {
        return store().heartbeat(LIMIT).orElseThrow(() -> new AssertionError("there is no heartbeat record"));
    }

    private void save(HeartbeatRecord record, Version expected) {
        assertThat(store().saveHeartbeat(record, expected, LIMIT))
                .as("heartbeat saved over version %s", expected)
                .isTrue();
    }

    private HeartbeatRecord withErrors(HeartbeatError... errors) {
        HeartbeatRecord clean = Sample.heartbeat(now(), 1);
        return new HeartbeatRecord(
                clean.beat(),
                clean.timestamp(),
                clean.schedulesProcessed(),
                clean.schedulesExecuted(),
                clean.browserTasksProcessed(),
                clean.browserTasksExecuted(),
                List.of(errors),
                errors.length + 7,
                clean.nextPulseExpected(),
                clean.pulseId(),
                clean.source(),
                clean.durationMs());
    }
}
