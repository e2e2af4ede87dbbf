package dev.heartbeat.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The documents below {@code runs}: one for each fire, made by its claim and ended by its record. It has an {@code
 * endedAt} once the fire has ended, and is an entry of the ledger from then on.
 */
final class RunCodec {
    static final String ENDED_AT = "endedAt";

    private static final String TOKEN = "token";
    private static final String REASON = "reason";
    private static final String UNTIL = "until";
    private static final String EXPIRE_AT = "expireAt";

    private final Duration retention;

    RunCodec(Duration retention) {
        this.retention = retention;
    }

    /** A run that is claimed: who holds it, and until when if nobody renews. */
    Map<String, @Nullable Object> running(ClaimRequest request, Instant until) {
        PendingFire fire = request.fire();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("scheduleId", request.scheduleId());
        fields.put("key", fire.key());
        fields.put("task", request.seen().schedule().task());
        fields.put("status", Outcome.RUNNING.text());
        fields.put(REASON, null);
        fields.put("fireTime", Neutral.timestamp(fire.fireTime()));
        fields.put("attempt", (long) fire.starts());
        fields.put(TOKEN, request.token().value());
        fields.put("owner", fire.owner());
        fields.put("startedAt", Neutral.written(request.startedAt()));
        fields.putAll(heldUntil(until));
        return fields;
    }

    /** A run whose token holds it for longer. */
    Map<String, @Nullable Object> heldUntil(Instant end) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(UNTIL, Neutral.timestamp(end));
        fields.put(EXPIRE_AT, Neutral.timestamp(end.plus(retention)));
        return fields;
    }

    /** A run that goes on elsewhere, held by its token up to its deadline. */
    Map<String, @Nullable Object> accepted(Instant deadline) {
        Map<String, @Nullable Object> fields = heldUntil(deadline);
        fields.put(REASON, PulseDetail.ACCEPTED);
        return fields;
    }

    /** A run that nobody holds until its next attempt. */
    static Map<String, @Nullable Object> waiting(Outcome outcome, @Nullable String error) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("status", outcome.text());
        fields.put(REASON, null);
        fields.put(TOKEN, null);
        fields.put(UNTIL, null);
        fields.put("error", error);
        return fields;
    }

    /** An entry of the ledger, with its values as they are. */
    Map<String, @Nullable Object> ended(RunRecord run) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("scheduleId", run.scheduleId());
        fields.put("key", run.key());
        fields.put("task", run.task());
        fields.put("queue", run.queue());
        fields.put("status", run.outcome().text());
        fields.put(REASON, run.reason());
        fields.put("fireTime", Neutral.timestamp(run.fireTime()));
        fields.put("firstFire", Neutral.timestamp(run.firstFire()));
        fields.put("count", (long) run.count());
        fields.put("exact", run.exact());
        fields.put("attempt", (long) run.attempt());
        fields.put(TOKEN, run.token() == null ? null : run.token().value());
        fields.put("pulseId", run.pulseId());
        fields.put("startedAt", Neutral.written(run.startedAt()));
        fields.put(ENDED_AT, Neutral.timestamp(run.endedAt()));
        fields.put("error", run.error());
        fields.put("result", Neutral.toFirestore(run.result()));
        fields.put(UNTIL, null);
        fields.put(EXPIRE_AT, Neutral.timestamp(run.endedAt().plus(retention)));
        return fields;
    }

    /** Reads an entry of the ledger; empty if somebody has made it unreadable. */
    static Optional<RunRecord> read(DocumentSnapshot snapshot) {
        try {
            Map<String, @Nullable Object> fields =
                    Neutral.fromFirestore(Objects.requireNonNull(snapshot.getData(), "data of a document that exists"));
            Plain in = new Plain(fields);
            Instant fireTime = in.requireInstant("fireTime");
            String token = in.text(TOKEN);
            return Optional.of(new RunRecord(
                    in.requireText("scheduleId"),
                    in.requireText("key"),
                    in.requireText("task"),
                    in.text("queue"),
                    in.requireOutcome("status"),
                    in.text(REASON),
                    fireTime,
                    Optional.ofNullable(in.instant("firstFire")).orElse(fireTime),
                    (int) in.whole("count", 1),
                    !Boolean.FALSE.equals(fields.get("exact")),
                    (int) in.whole("attempt", 0),
                    token == null ? null : new RunToken(token),
                    Optional.ofNullable(in.text("pulseId")).orElse(""),
                    in.instant("startedAt"),
                    in.requireInstant(ENDED_AT),
                    in.text("error"),
                    in.map("result")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static boolean isEnded(@Nullable DocumentSnapshot run) {
        return run != null && run.exists() && run.get(ENDED_AT) != null;
    }

    static boolean isHeldBy(@Nullable DocumentSnapshot run, RunToken token) {
        return run != null && run.exists() && token.value().equals(run.get(TOKEN));
    }

    /** Tells whether another token is in force: its lease may be over, but nobody else has taken the run. */
    static boolean isHeldByOther(@Nullable DocumentSnapshot run, RunToken token, Instant serverNow) {
        return run != null
                && run.exists()
                && run.get(TOKEN) != null
                && !isHeldBy(run, token)
                && !isOver(run, serverNow);
    }

    /** Tells whether the run was accepted, and its deadline has passed. */
    static boolean isOver(@Nullable DocumentSnapshot run, Instant serverNow) {
        return run != null && PulseDetail.ACCEPTED.equals(run.get(REASON)) && !isLive(run, serverNow);
    }

    /** Tells whether the claim that the run document tells of has not run out yet. */
    static boolean isLive(DocumentSnapshot run, Instant serverNow) {
        return run.get(TOKEN) != null
                && run.get(UNTIL) instanceof Timestamp until
                && Neutral.instant(until).isAfter(serverNow);
    }

    /** Tells whether a document of the history should be gone: the service takes its time to remove it. */
    static boolean isExpired(DocumentSnapshot document, Instant serverNow) {
        return document.get(EXPIRE_AT) instanceof Timestamp end
                && Neutral.instant(end).isBefore(serverNow);
    }
}
