package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Claims, and what their holders write. Thread-safe. */
final class Claims {
    private final Calls calls;
    private final Paths paths;
    private final Pages pages;
    private final ServerClock clock;
    private final ScheduleCodec schedules;
    private final RunCodec runs;
    private final HeldClaims held = new HeldClaims();

    Claims(Calls calls, Paths paths, ServerClock clock, ScheduleCodec schedules, RunCodec runs) {
        this.calls = calls;
        this.paths = paths;
        this.pages = new Pages(calls);
        this.clock = clock;
        this.schedules = schedules;
        this.runs = runs;
    }

    /**
     * Claims what is free.
     *
     * @param refused is told of requests whose document the server would not take back with a claim in it, and why
     */
    List<Claim> claim(List<ClaimRequest> requests, Deadline deadline, BiConsumer<ClaimRequest, String> refused) {
        List<ClaimEntry> entries = new ArrayList<>();
        for (ClaimRequest request : requests) {
            Optional<Timestamp> seen = Versions.updateTime(request.seen().version());
            seen.ifPresent(time -> entries.add(new ClaimEntry(this, request, time)));
        }
        write(entries, deadline, "claim " + requests.size() + " schedules");
        List<Claim> won = new ArrayList<>();
        for (ClaimEntry entry : entries) {
            Claim claim = entry.won();
            CallFailed why = entry.refused();
            if (claim != null) {
                won.add(claim);
            } else if (why != null) {
                refused.accept(entry.request(), String.valueOf(why.getMessage()));
            }
        }
        return won;
    }

    List<Claim> renew(List<Renewal> renewals, Duration lease, Deadline deadline) {
        List<HeldEntry> entries = renewals.stream()
                .map(renewal -> HeldEntry.renewal(this, renewal, lease))
                .toList();
        write(entries, deadline, "renew " + renewals.size() + " claims");
        return entries.stream().filter(HeldEntry::isDone).map(HeldEntry::claim).toList();
    }

    List<RunToken> release(List<RunToken> tokens, Deadline deadline) {
        List<HeldEntry> entries =
                tokens.stream().map(token -> HeldEntry.release(this, token)).toList();
        write(entries, deadline, "give back " + tokens.size() + " claims");
        return entries.stream().filter(HeldEntry::isDone).map(HeldEntry::token).toList();
    }

    List<RunToken> record(List<RecordRequest> requests, Deadline deadline) {
        List<RecordEntry> entries =
                requests.stream().map(request -> new RecordEntry(this, request)).toList();
        write(entries, deadline, "record " + requests.size() + " runs");
        return entries.stream()
                .filter(RecordEntry::isRefused)
                .map(RecordEntry::token)
                .toList();
    }

    Optional<Claim> claimByToken(RunToken token, Deadline deadline) {
        DocumentSnapshot document = calls.read(
                paths.schedule(token.scheduleId()),
                deadline,
                "read the claim of schedule '" + token.scheduleId() + "'");
        if (!document.exists()) {
            return Optional.empty();
        }
        PendingFire pending = schedules.read(document).state().pending();
        Instant now = serverNow();
        if (pending == null || !pending.isInForce(token, now)) {
            return Optional.empty();
        }
        // Only a document written by hand holds a claim without an end: it has run out.
        return Optional.of(Claim.of(pending.until() == null ? pending.until(now) : pending));
    }

    private void write(List<? extends Pages.Entry> entries, Deadline deadline, String what) {
        if (entries.isEmpty()) {
            return;
        }
        if (clock.now().isEmpty()) { // leases end by the server's time, so it has to be known
            calls.read(paths.heartbeat(), deadline, what + ": ask for the server's time");
        }
        pages.write(entries, deadline, what);
    }

    Instant serverNow() {
        return clock.now().orElseThrow(() -> new IllegalStateException("the server's time is not known"));
    }

    Paths paths() {
        return paths;
    }

    ScheduleCodec schedules() {
        return schedules;
    }

    RunCodec runs() {
        return runs;
    }

    HeldClaims held() {
        return held;
    }
}
