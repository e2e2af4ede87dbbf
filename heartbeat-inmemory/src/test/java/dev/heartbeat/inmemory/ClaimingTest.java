package dev.heartbeat.inmemory;

import static dev.heartbeat.inmemory.Given.LEASE;
import static dev.heartbeat.inmemory.Given.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ClaimingTest {
    private static final Instant START = Instant.parse("2026-02-15T12:30:00Z");
    private static final Instant FIRE = Instant.parse("2026-02-15T13:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);

    @Test
    void countsTheLeaseFromItsOwnClockAndKeepsMillisecondsOfLastRun() {
        Given.created(store, Given.hourly("a"), START);
        clock.set(FIRE.plusSeconds(3));
        Instant engineTime = FIRE.minusSeconds(900).plusNanos(123_456_789);
        StoredSchedule seen = store.schedule("a").orElseThrow();
        Claim claim = store.claim(List.of(Given.claimOf(seen, FIRE, engineTime)), LIMIT)
                .get(0);
        assertThat(claim.until()).isEqualTo(FIRE.plusSeconds(3).plus(LEASE));
        StoredSchedule written = store.schedule("a").orElseThrow();
        assertThat(written.lastRun().instant()).contains(FIRE.minusSeconds(900).plusMillis(123));
        assertThat(written.writtenAt()).isEqualTo(FIRE.plusSeconds(3));
        assertThat(written.version()).isNotEqualTo(seen.version());
    }

    @Test
    void letsExactlyOneOfManyThreadsWin() throws Exception {
        Given.created(store, Given.hourly("a"), START);
        StoredSchedule seen = store.schedule("a").orElseThrow();
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Callable<List<Claim>> claim = () -> {
                ClaimRequest request = Given.claimOf(seen, FIRE, FIRE);
                together.await();
                return store.claim(List.of(request), LIMIT);
            };
            int won = 0;
            for (var answer : pool.invokeAll(java.util.Collections.nCopies(threads, claim))) {
                won += answer.get().size();
            }
            assertThat(won).isEqualTo(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void doesNotRunAFireAgainWhenAnOldCopyIsPutBack() {
        Given.created(store, Given.hourly("a"), START);
        Map<String, Object> copy = store.document("a").orElseThrow();
        clock.set(FIRE);
        Given.ran(store, "a", FIRE);
        store.putDocument("a", copy);

        StoredSchedule old = store.schedule("a").orElseThrow();
        assertThat(old.state().cursor()).isEqualTo(START);
        assertThat(store.claim(List.of(Given.claimOf(old, FIRE, FIRE)), LIMIT)).isEmpty();

        StoredSchedule past = store.schedule("a").orElseThrow();
        assertThat(past.state().cursor()).isEqualTo(FIRE);
        assertThat(past.state().pending()).isNull();
        assertThat(past.isForced()).isFalse();
        assertThat(past.version()).isNotEqualTo(old.version());
        assertThat(store.findDue(Given.due(FIRE, 10)).due()).isEmpty();
    }

    @Test
    void keepsTheFenceWhenTheLedgerHasDroppedTheEntry() {
        InMemoryHeartbeatStore small = InMemoryHeartbeatStore.builder()
                .clock(clock)
                .keep(Duration.ofDays(1), 1)
                .build();
        Given.created(small, Given.hourly("a"), START);
        Map<String, Object> copy = small.document("a").orElseThrow();
        Given.ran(small, "a", FIRE);
        Given.ran(small, "a", FIRE.plusSeconds(3600));
        assertThat(small.runs(RunQuery.newest(10)).items())
                .extracting(RunRecord::fireTime)
                .containsExactly(FIRE.plusSeconds(3600));

        small.putDocument("a", copy);
        StoredSchedule old = small.schedule("a").orElseThrow();
        assertThat(small.claim(List.of(Given.claimOf(old, FIRE, FIRE)), LIMIT)).isEmpty();
        assertThat(small.schedule("a").orElseThrow().state().cursor()).isEqualTo(FIRE);

        Instant next = FIRE.plusSeconds(7200);
        assertThat(Given.claimed(small, "a", next).fireTime()).isEqualTo(next);
    }

    @Test
    void recordsAgainWithoutAnEffectAndRefusesAStrangerToken() {
        Given.created(store, Given.hourly("a"), START);
        Claim claim = Given.claimed(store, "a", FIRE);
        RecordRequest record = Given.success(store, claim, FIRE, Map.of("n", 1L));
        assertThat(store.record(List.of(record), LIMIT)).isEmpty();
        StoredSchedule recorded = store.schedule("a").orElseThrow();
        assertThat(store.record(List.of(record), LIMIT)).isEmpty();
        assertThat(store.schedule("a")).contains(recorded);

        ClaimRequest stranger = Given.claimOf(recorded, FIRE, FIRE);
        RunRecord run = Given.run("a", stranger.fire().key(), stranger.token(), FIRE, FIRE, Map.of());
        RecordRequest late = new RecordRequest(stranger.token(), recorded.state(), null, run, List.of());
        assertThat(store.record(List.of(late), LIMIT)).containsExactly(stranger.token());
        assertThat(store.runs(RunQuery.newest(10)).items()).hasSize(1);
    }

    @Test
    void neitherRunsNorRecordsTwiceWhenACopyWithTheClaimIsPutBack() {
        Given.created(store, Given.hourly("a"), START);
        Claim claim = Given.claimed(store, "a", FIRE);
        Map<String, Object> copy = store.document("a").orElseThrow();
        RecordRequest record = Given.success(store, claim, FIRE, Map.of("n", 1L));
        store.record(List.of(record), LIMIT);
        store.putDocument("a", copy);
        StoredSchedule zombie = store.schedule("a").orElseThrow();
        assertThat(zombie.state().pending()).isNotNull();

        assertThat(store.record(List.of(record), LIMIT)).isEmpty();
        assertThat(store.schedule("a")).contains(zombie);
        assertThat(store.claim(List.of(Given.claimOf(zombie, FIRE, FIRE)), LIMIT))
                .isEmpty();
        assertThat(store.schedule("a").orElseThrow().state().pending()).isNull();
    }

    @Test
    void recordsTheRunOfADeletedScheduleWithoutMakingItAgain() {
        Given.created(store, Given.hourly("a"), START);
        Claim claim = Given.claimed(store, "a", FIRE);
        RecordRequest record = Given.success(store, claim, FIRE, Map.of());
        assertThat(store.delete("a")).isTrue();
        assertThat(store.record(List.of(record), LIMIT)).isEmpty();
        assertThat(store.schedule("a")).isEmpty();
        assertThat(store.runs(RunQuery.of("a", 10)).items()).hasSize(1);
    }

    @Test
    void recordsTheRunOfADocumentThatAPersonHasSpoiledMeanwhile() {
        Given.created(store, Given.hourly("a"), START);
        Claim claim = Given.claimed(store, "a", FIRE);
        RecordRequest record = Given.success(store, claim, FIRE, Map.of("n", 7L));
        Map<String, Object> spoiled = new HashMap<>(store.document("a").orElseThrow());
        spoiled.put("cron", "every day");
        store.putDocument("a", spoiled);
        assertThat(store.schedule("a")).isEmpty();

        assertThat(store.claimByToken(claim.token(), LIMIT)).contains(claim);
        assertThat(store.renew(List.of(Renewal.of(claim.token())), LEASE, LIMIT))
                .hasSize(1);
        assertThat(store.record(List.of(record), LIMIT)).isEmpty();
        assertThat(store.runs(RunQuery.of("a", 10)).items()).hasSize(1);
        store.edit(ScheduleEdit.define(Given.hourly("a")), Version.ANY);
        StoredSchedule mended = store.schedule("a").orElseThrow();
        assertThat(mended.lastResult()).containsEntry("n", 7L);
        assertThat(mended.state().pending()).isNull();
        assertThat(mended.state().cursor()).isEqualTo(FIRE);
    }

    @Test
    void addsTheSupersededFireInTheSameStep() {
        Given.created(store, Given.hourly("a"), START);
        Claim first = Given.claimed(store, "a", FIRE);
        Instant second = FIRE.plusSeconds(3600);
        StoredSchedule seen = store.schedule("a").orElseThrow();
        ClaimRequest next = Given.claimOf(seen, second, second);
        RunRecord superseded = Given.run("a", first.token().fireKey(), FIRE, second);
        ClaimRequest request = new ClaimRequest(seen, next.state(), second, LEASE, superseded);
        assertThat(store.claim(List.of(request), LIMIT)).hasSize(1);
        assertThat(store.claim(List.of(request), LIMIT)).isEmpty();
        assertThat(store.runs(RunQuery.of("a", 10)).items()).containsExactly(superseded);
        assertThat(store.renew(List.of(Renewal.of(first.token())), LEASE, LIMIT))
                .isEmpty();
    }

    @Test
    void readsAClaimWithoutAnEndInAHandWrittenDocumentAsRunOut() {
        Given.created(store, Given.hourly("a"), START);
        Claim claim = Given.claimed(store, "a", FIRE);
        StoredSchedule stored = store.schedule("a").orElseThrow();
        PendingFire endless = stored.state().pending().until(null);
        ScheduleState state = stored.state().withPending(endless);
        Map<String, Object> fields = new HashMap<>(store.document("a").orElseThrow());
        fields.put("heartbeat", dev.heartbeat.store.ScheduleDocument.heartbeat(state));
        store.putDocument("a", fields);
        assertThat(store.claimByToken(claim.token(), LIMIT).orElseThrow().until())
                .isEqualTo(START);
    }
}
