package dev.heartbeat.firestore;

import com.google.api.core.ApiFuture;
import com.google.api.gax.rpc.ApiException;
import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreException;
import com.google.cloud.firestore.Query;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import dev.heartbeat.firestore.CallFailed.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that is asked of the client: each call is bounded, and fails with what was attempted. Thread-safe. */
final class Calls {
    /** The most documents that one query is asked for. */
    static final int PAGE = 1_000;

    private final Firestore firestore;
    private final ServerClock clock;

    Calls(Firestore firestore, ServerClock clock) {
        this.firestore = firestore;
        this.clock = clock;
    }

    WriteBatch batch() {
        return firestore.batch();
    }

    QuerySnapshot query(Query query, Deadline deadline, String what) {
        return answer(send(query::get, what), deadline, what);
    }

    private QuerySnapshot answer(ApiFuture<QuerySnapshot> sent, Deadline deadline, String what) {
        QuerySnapshot snapshot = await(sent, deadline, what);
        clock.saw(snapshot.getReadTime());
        return snapshot;
    }

    /** A query whose first page is on its way. */
    record Sent(Query query, int most, ApiFuture<QuerySnapshot> first, String what) {}

    /** All that a query has found, and the server's time of it. */
    record Answer(
            List<QueryDocumentSnapshot> documents, @Nullable Timestamp readTime) {}

    /** Sends a query for so many documents. Its {@link #answer} is asked for later: several may be on their way at once. */
    Sent start(Query query, int most, String what) {
        return new Sent(query, most, send(query.limit(Math.min(PAGE, most))::get, what), what);
    }

    /** Reads on page by page, each begun behind the last document of the one before. */
    Answer answer(Sent sent, Deadline deadline) {
        List<QueryDocumentSnapshot> documents = new ArrayList<>();
        QuerySnapshot page = answer(sent.first(), deadline, sent.what());
        while (true) {
            documents.addAll(page.getDocuments());
            int left = sent.most() - documents.size();
            if (left == 0 || page.size() < PAGE) {
                return new Answer(documents, page.getReadTime());
            }
            Query behind = sent.query().startAfter(documents.get(documents.size() - 1));
            page = query(behind.limit(Math.min(PAGE, left)), deadline, sent.what());
        }
    }

    DocumentSnapshot read(DocumentReference document, Deadline deadline, String what) {
        return readAll(List.of(document), deadline, what).values().iterator().next();
    }

    /** Reads documents in one call; those that do not exist are among the answers. */
    Map<DocumentReference, DocumentSnapshot> readAll(
            Collection<DocumentReference> documents, Deadline deadline, String what) {
        Map<DocumentReference, DocumentSnapshot> byReference = new LinkedHashMap<>();
        if (documents.isEmpty()) {
            return byReference;
        }
        DocumentReference[] references = documents.toArray(DocumentReference[]::new);
        for (DocumentSnapshot each : await(send(() -> firestore.getAll(references), what), deadline, what)) {
            byReference.put(each.getReference(), each);
            clock.saw(each.getReadTime());
        }
        return byReference;
    }

    /** The update times are no news of the server's time: a write that changes nothing answers with an old one. */
    List<WriteResult> commit(WriteBatch batch, Deadline deadline, String what) {
        return await(send(batch::commit, what), deadline, what);
    }

    /** The client throws on the spot once it is closed. */
    private static <T> T send(Supplier<T> call, String what) {
        try {
            return call.get();
        } catch (IllegalStateException e) {
            throw new CallFailed(
                    Kind.BROKEN, what + ": the Firestore client does not work any more: " + e.getMessage(), e);
        }
    }

    private static <T> T await(ApiFuture<T> future, Deadline deadline, String what) {
        Duration remaining = deadline.remaining();
        try {
            return future.get(remaining.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new CallFailed(
                    Kind.UNCLEAR,
                    what + ": Firestore did not answer within "
                            + deadline.limit().toMillis() + " ms",
                    e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new CallFailed(Kind.UNCLEAR, what + ": interrupted while waiting for Firestore", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String code = code(cause);
            throw new CallFailed(kind(code), what + ": Firestore answered " + code + ": " + firstLine(cause), cause);
        }
    }

    private static Kind kind(String code) {
        return switch (code) {
            case "FAILED_PRECONDITION", "ALREADY_EXISTS", "NOT_FOUND", "ABORTED" -> Kind.LOST;
            case "INVALID_ARGUMENT", "OUT_OF_RANGE" -> Kind.REFUSED;
            case "UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN", "CANCELLED", "DATA_LOSS" -> Kind.UNCLEAR;
            default -> Kind.BROKEN;
        };
    }

    private static String code(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof ApiException api) {
                return api.getStatusCode().getCode().name();
            }
            if (each instanceof FirestoreException own && own.getStatus() != null) {
                return own.getStatus().getCode().name();
            }
        }
        return failure instanceof IllegalStateException ? "CLOSED" : "UNKNOWN";
    }

    private static String firstLine(Throwable failure) {
        @Nullable String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
