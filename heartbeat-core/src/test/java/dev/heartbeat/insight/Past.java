package dev.heartbeat.insight;

import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToLongFunction;

/** A ledger of one schedule, in few words: a fire each so often, the last one an hour ago. */
final class Past {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration DAY = Duration.ofDays(1);

    private Past() {}

    /** The fires' times, oldest first. */
    static Instant fire(int i, int of, Duration every) {
        return NOW.minusSeconds(3_600).minus(every.multipliedBy(of - 1L - i));
    }

    /** So many executed runs, the i-th of so many milliseconds. */
    static List<RunRecord> executed(int runs, Duration every, IntToLongFunction ms) {
        List<RunRecord> entries = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            entries.add(new Entry(fire(i, runs, every)).ms(ms.applyAsLong(i)).record());
        }
        return entries;
    }

    static Series series(List<RunRecord> entries) {
        return new Series(
                "mail",
                "send-mail",
                entries.stream().map(Run::of).filter(Objects::nonNull).toList());
    }

    static List<Finding.Kind> kinds(List<RunRecord> entries) {
        return AnomalyRule.find(series(entries), NOW).stream()
                .map(Finding::kind)
                .toList();
    }

    static List<Finding.Kind> trends(List<RunRecord> entries) {
        return TrendRule.find(series(entries), NOW).map(Finding::kind).stream().toList();
    }

    /** A ledger entry that differs from an executed run of one attempt by what is said. */
    static final class Entry {
        private final Instant fire;
        private String schedule = "mail";
        private String task = "send-mail";
        private String key;
        private Outcome outcome = Outcome.EXECUTED;
        private String reason;
        private int attempt = 1;
        private Instant startedAt;
        private Instant endedAt;

        Entry(Instant fire) {
            this.fire = fire;
            this.key = fire.toString();
            this.startedAt = fire;
            this.endedAt = fire.plusSeconds(1);
        }

        Entry of(String schedule, String task) {
            this.schedule = schedule;
            this.task = task;
            return this;
        }

        Entry key(String key) {
            this.key = key;
            return this;
        }

        Entry ended(Outcome outcome, String reason) {
            this.outcome = outcome;
            this.reason = reason;
            return this;
        }

        Entry attempt(int attempt) {
            this.attempt = attempt;
            return this;
        }

        Entry neverStarted() {
            startedAt = null;
            attempt = 0;
            return this;
        }

        Entry startedAfter(Duration late) {
            startedAt = fire.plus(late);
            endedAt = startedAt.plusSeconds(1);
            return this;
        }

        Entry ms(long ms) {
            endedAt = startedAt.plusMillis(ms);
            return this;
        }

        RunRecord record() {
            return new RunRecord(
                    schedule, key, task, null, outcome, reason, fire, fire, 1, true, attempt, null, "p", startedAt,
                    endedAt, null, Map.of());
        }
    }
}
