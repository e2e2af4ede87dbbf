package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** One document and its ledger, written by hand as a store would, so that the pure rules can be played through. */
final class OneDocument {
    static final Duration LEASE = Duration.ofSeconds(20);
    static final Duration STALE = Duration.ofMinutes(15);

    private final Map<String, RunRecord> ledger = new LinkedHashMap<>();
    private final Retry retry;
    private StoredSchedule stored;
    private int versions;
    private int tokens;

    OneDocument(StoredSchedule stored, Retry retry) {
        this.stored = stored;
        this.retry = retry;
    }

    StoredSchedule stored() {
        return stored;
    }

    /** The entries of the ledger by key, in the order written. */
    Map<String, RunRecord> ledger() {
        return ledger;
    }

    Decision decide(Instant now) {
        return DueRule.decide(stored, now, now, retry.maxAttempts(), STALE, Window.NONE);
    }

    /** Claims what is due; it must be something. */
    ClaimRequest claim(Instant now) {
        Decision decision = decide(now);
        assertThat(decision.candidate()).as(decision.reason()).isNotNull();
        return claim(decision.candidate(), now);
    }

    ClaimRequest claim(Candidate candidate, Instant now) {
        return claim(candidate, now, UnaryOperator.identity());
    }

    /** Claims a candidate with what another rule makes of the claim. */
    ClaimRequest claim(Candidate candidate, Instant now, UnaryOperator<ClaimRequest> rule) {
        ClaimRequest request = rule.apply(ClaimRule.request(candidate, now, "r" + ++tokens, "me", LEASE, "p"));
        assertThat(request.seen().version()).isEqualTo(stored.version());
        assertThat(ledger)
                .as("a fire that has ended is not claimed")
                .doesNotContainKey(request.fire().key());
        if (request.superseded() != null) {
            enter(request.superseded());
        }
        PendingFire claimed = request.fire().until(now.plus(request.lease()));
        LastRun lastRun = request.startedAt() == null ? stored.lastRun() : LastRun.at(request.startedAt());
        write(stored.schedule(), lastRun, stored.pause(), request.state().withPending(claimed), now);
        return request;
    }

    boolean isInForce(RunToken token) {
        PendingFire pending = stored.state().pending();
        return pending != null && pending.isHeldBy(token);
    }

    /** Records how a claim went. Returns what that means for the heartbeat. */
    SettleRule.Settled end(ClaimRequest claim, Attempt attempt, Instant now) {
        Instant startedAt = claim.startedAt();
        SettleRule.Settled settled = SettleRule.settle(claim, attempt, retry, startedAt, now, "p");
        assertThat(record(settled.record(), now))
                .as("%s is in force", claim.token())
                .isTrue();
        return settled;
    }

    /** Records what a claim that starts nothing ends. */
    SettleRule.Settled settle(ClaimRequest claim, Instant now) {
        assertThat(claim.startedAt()).isNull();
        FireSeries series = FireKey.seriesOf(claim.fire());
        assertThat(series).as("%s", claim.fire()).isNotNull();
        return end(claim, Attempt.settled(Candidate.Settle.of(series)), now);
    }

    SettleRule.Settled fail(ClaimRequest claim, Instant now) {
        return end(claim, Attempt.failed("no connection", true, null), now);
    }

    SettleRule.Settled succeed(ClaimRequest claim, Instant now) {
        return end(claim, new Attempt(dev.heartbeat.task.Outcome.EXECUTED, null, Map.of(), null, false, null), now);
    }

    /** Records, unless the token is not the claim in force. */
    boolean record(RecordRequest request, Instant now) {
        if (!isInForce(request.token())) {
            return false;
        }
        write(stored.schedule(), stored.lastRun(), stored.pause(), request.stateOver(stored.state(), now), now);
        if (request.run().isEnd()) {
            enter(request.run());
        }
        request.missed().forEach(this::enter);
        return true;
    }

    void release(ClaimRequest claim, Instant now) {
        assertThat(isInForce(claim.token())).isTrue();
        write(
                stored.schedule(),
                stored.lastRun(),
                stored.pause(),
                stored.state().released(now),
                now);
    }

    /** A person calls the pending fire off. */
    void cancel(Instant now) {
        write(
                stored.schedule(),
                stored.lastRun(),
                stored.pause(),
                stored.state().withPending(stored.state().pending().cancelling()),
                now);
    }

    void backfill(Backfill backfill, Instant now) {
        write(
                stored.schedule(),
                stored.lastRun(),
                stored.pause(),
                stored.state().withBackfill(backfill),
                now);
    }

    void lastRun(LastRun lastRun, Instant now) {
        write(stored.schedule(), lastRun, stored.pause(), stored.state(), now);
    }

    void pause(Instant until, Instant now) {
        write(stored.schedule(), stored.lastRun(), new Pause(until, "ada", ""), stored.state(), now);
    }

    void define(Schedule schedule, Instant now) {
        write(schedule, stored.lastRun(), stored.pause(), stored.state(), now);
    }

    private void enter(RunRecord entry) {
        assertThat(Objects.requireNonNull(entry).isEnd()).isTrue();
        assertThat(ledger.put(entry.key(), entry))
                .as("one entry for each fire: %s", entry)
                .isNull();
    }

    private void write(Schedule schedule, LastRun lastRun, Pause pause, ScheduleState state, Instant now) {
        Version version = new Version("v" + ++versions);
        stored = new StoredSchedule(schedule, lastRun, stored.lastResult(), pause, state, now, version);
    }
}
