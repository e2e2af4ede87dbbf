package dev.heartbeat.inmemory;

import dev.heartbeat.schedule.Values;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The verbs of claims; what each promises is said at {@link dev.heartbeat.store.ClaimStore}. Not thread-safe. */
final class Claims {
    private final Documents documents;
    private final Ledger ledger;
    private final Stamp.Source stamps;

    Claims(Documents documents, Ledger ledger, Stamp.Source stamps) {
        this.documents = documents;
        this.ledger = ledger;
        this.stamps = stamps;
    }

    List<Claim> claim(List<ClaimRequest> requests, Instant now) {
        List<Claim> won = new ArrayList<>(requests.size());
        for (ClaimRequest request : requests) {
            Claim claim = claim(request, stamps.next(now));
            if (claim != null) {
                won.add(claim);
            }
        }
        ledger.trim(now);
        return Collections.unmodifiableList(won);
    }

    List<Claim> renew(List<Renewal> renewals, Duration lease, Instant now) {
        List<Claim> held = new ArrayList<>(renewals.size());
        for (Renewal renewal : renewals) {
            Claim claim = renew(renewal, lease, stamps.next(now));
            if (claim != null) {
                held.add(claim);
            }
        }
        return Collections.unmodifiableList(held);
    }

    List<RunToken> release(List<RunToken> tokens, Instant now) {
        List<RunToken> released = new ArrayList<>(tokens.size());
        for (RunToken token : tokens) {
            if (release(token, stamps.next(now))) {
                released.add(token);
            }
        }
        return Collections.unmodifiableList(released);
    }

    List<RunToken> record(List<RecordRequest> requests, Instant now) {
        List<RunToken> refused = new ArrayList<>();
        for (RecordRequest request : requests) {
            if (!record(request, stamps.next(now))) {
                refused.add(request.token());
            }
        }
        ledger.trim(now);
        return Collections.unmodifiableList(refused);
    }

    /** Returns the claim, or null if it was lost or its fire has ended already. */
    private @Nullable Claim claim(ClaimRequest request, Stamp stamp) {
        if (!(documents.get(request.scheduleId()) instanceof Document document)
                || !document.hasVersion(request.seen().version())) {
            return null;
        }
        PendingFire before = document.pending();
        Instant settled = document.settled();
        RunRecord superseded = request.superseded();
        if (superseded != null) {
            ledger.add(
                    superseded, stamp.at()); // also if the new fire has ended: the old one leaves the document anyway
            settled = document.settledWith(before);
        }
        PendingFire fire = request.fire();
        if (ledger.hasEnded(document, fire)) {
            documents.putForNow(document.written(stamp, request.past(), null, settled));
            return null;
        }
        PendingFire claimed = fire.until(stamp.at().plus(request.lease()));
        ScheduleState next = request.state().withPending(claimed);
        documents.putForNow(document.claimed(stamp, next, request.startedAt(), settled));
        return Claim.of(claimed);
    }

    /** Returns the claim as it stands now, or null if it is not in force. */
    private @Nullable Claim renew(Renewal renewal, Duration lease, Stamp stamp) {
        RunToken token = renewal.token();
        Held document = documents.get(token.scheduleId());
        PendingFire fire = document == null ? null : document.claimedBy(token, stamp.at());
        if (document == null || fire == null) {
            return null;
        }
        PendingFire renewed = fire.renewed(renewal, lease, stamp.at());
        write(document, stamp, document.state().withPending(renewed));
        return Claim.of(renewed);
    }

    /** Gives the claim back. Returns whether it was in force. */
    private boolean release(RunToken token, Stamp stamp) {
        Held document = documents.get(token.scheduleId());
        if (document == null || document.claimedBy(token, stamp.at()) == null) {
            return false;
        }
        write(document, stamp, document.state().released(stamp.at()));
        return true;
    }

    private void write(Held document, Stamp stamp, ScheduleState next) {
        documents.putForNow(document.written(stamp, next, null, document.settled()));
    }

    /** Records an attempt. Returns false if the token was refused. */
    private boolean record(RecordRequest request, Stamp stamp) {
        RunToken token = request.token();
        // The ledger comes first: an old copy of the document may hold the claim of a fire that has ended.
        RunRecord entry = ledger.find(token.scheduleId(), token.fireKey());
        if (entry != null) {
            return entry.token() != null && entry.token().equals(request.run().token());
        }
        Held document = documents.get(token.scheduleId());
        if (document != null) {
            PendingFire fire = document.claimedBy(token, stamp.at());
            if (fire == null) {
                return false;
            }
            Map<String, @Nullable Object> result =
                    request.lastResult() == null ? null : Values.copyOf(request.lastResult(), "lastResult");
            Instant settled = request.run().isEnd() ? document.settledWith(fire) : document.settled();
            documents.putForNow(
                    document.written(stamp, request.stateOver(document.state(), stamp.at()), result, settled));
        }
        if (request.run().isEnd()) {
            ledger.add(request.run(), stamp.at());
        }
        ledger.addAll(request.missed(), stamp.at());
        return true;
    }

    /** Returns the claim if the token is in force. */
    Optional<Claim> byToken(RunToken token, Instant now) {
        Held document = documents.get(token.scheduleId());
        PendingFire fire = document == null ? null : document.claimedBy(token, now);
        if (fire == null) {
            return Optional.empty();
        }
        // Only a document written by hand holds a claim without an end: it has run out.
        return Optional.of(Claim.of(fire.until() == null ? fire.until(now) : fire));
    }
}
