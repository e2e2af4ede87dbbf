package dev.heartbeat.firestore;

import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.firestore.v1.BatchGetDocumentsResponse;
import com.google.firestore.v1.CommitRequest;
import com.google.firestore.v1.RunQueryRequest;
import com.google.firestore.v1.RunQueryResponse;
import com.google.firestore.v1.StructuredQuery;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What goes over the wire to the emulator: counted as the service bills it, and cut where a test wants it. */
final class Wire implements ClientInterceptor {
    /** How often the client sends a call that gets no answer. */
    static final int ATTEMPTS = 3;

    private static final RetrySettings SHORT = RetrySettings.newBuilder()
            .setTotalTimeoutDuration(Duration.ofSeconds(10))
            .setInitialRpcTimeoutDuration(Duration.ofSeconds(5))
            .setMaxRpcTimeoutDuration(Duration.ofSeconds(5))
            .setInitialRetryDelayDuration(Duration.ofMillis(10))
            .setMaxRetryDelayDuration(Duration.ofMillis(100))
            .setMaxAttempts(ATTEMPTS)
            .build();

    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger largestAnswer = new AtomicInteger();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final AtomicReference<Runnable> beforeAnswerIsLost = new AtomicReference<>(Wire::nothing);
    private final AtomicReference<Runnable> beforeCommit = new AtomicReference<>(Wire::nothing);
    private volatile int cutAfterCalls = Integer.MAX_VALUE;
    private volatile boolean cutsCommits;
    private final Queue<StructuredQuery> queries = new ConcurrentLinkedQueue<>();
    private int open;

    /** Opens a client whose calls all pass here; its caller closes it. */
    Firestore client(Emulator emulator, String project) {
        FirestoreOptions.Builder options = FirestoreOptions.newBuilder();
        options.setProjectId(project);
        options.setHost(emulator.host());
        options.setCredentials(new FirestoreOptions.EmulatorCredentials()); // with others, the channel is not ours
        options.setRetrySettings(SHORT);
        options.setChannelProvider(InstantiatingGrpcChannelProvider.newBuilder()
                .setEndpoint(emulator.host())
                .setChannelConfigurator(channel -> channel.usePlaintext())
                .setInterceptorProvider(() -> List.of(this))
                .build());
        return options.build().getService();
    }

    /** Documents read; a query without an answer is billed as one. */
    int reads() {
        awaitQuiet();
        return reads.get();
    }

    int writes() {
        awaitQuiet();
        return writes.get();
    }

    int calls() {
        return calls.get();
    }

    int commits() {
        return commits.get();
    }

    /** What was asked for, in the order it was sent. */
    List<StructuredQuery> queries() {
        return List.copyOf(queries);
    }

    /** The most documents that one query was answered with. */
    int largestAnswer() {
        awaitQuiet();
        return largestAnswer.get();
    }

    void reset() {
        awaitQuiet();
        largestAnswer.set(0);
        reads.set(0);
        writes.set(0);
        calls.set(0);
        commits.set(0);
    }

    /** Waits for the ends of all calls: a client has the answer to a query before the call is closed. */
    private synchronized void awaitQuiet() {
        while (open > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private synchronized void opened() {
        open++;
    }

    private synchronized void closed() {
        open--;
        notifyAll();
    }

    /** Lets so many commits reach the server, and their answers get lost on the way back. */
    void loseAnswersOfCommits(int count) {
        answersToLose.set(count);
    }

    /** Loses the answer to the next commit, and before the client hears of that, something else happens. */
    void loseAnswerOfCommitAfter(Runnable action) {
        beforeAnswerIsLost.set(action);
        loseAnswersOfCommits(1);
    }

    /** Lets something happen before the next commit is sent. */
    void beforeNextCommit(Runnable action) {
        beforeCommit.set(action);
    }

    int answersLeftToLose() {
        return answersToLose.get();
    }

    /** Lets so many more calls through; after them the server cannot be reached. */
    void cutAfter(int moreCalls) {
        calls.set(0);
        cutAfterCalls = moreCalls;
    }

    /** Lets no more commits through, but all else. */
    void cutCommits() {
        cutsCommits = true;
    }

    void mend() {
        cutAfterCalls = Integer.MAX_VALUE;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        boolean isCut = calls.incrementAndGet() > cutAfterCalls;
        if (isCut) {
            return new Unreachable<>();
        }
        boolean isCommit = method.getBareMethodName().equals("Commit");
        if (isCommit) {
            commits.incrementAndGet();
            beforeCommit.getAndSet(Wire::nothing).run();
        }
        if (isCommit && cutsCommits) {
            return new Unreachable<>();
        }
        boolean losesAnswer = isCommit && answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                opened();
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            private int documents;

                            @Override
                            public void onMessage(A message) {
                                documents += count(message);
                                if (!losesAnswer) {
                                    super.onMessage(message);
                                }
                            }

                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                boolean isQuery = method.getBareMethodName().equals("RunQuery");
                                reads.addAndGet(isQuery ? Math.max(1, documents) : documents);
                                if (isQuery) {
                                    largestAnswer.accumulateAndGet(documents, Math::max);
                                }
                                closed();
                                if (losesAnswer) {
                                    beforeAnswerIsLost.getAndSet(Wire::nothing).run();
                                }
                                super.onClose(
                                        losesAnswer
                                                ? Status.UNAVAILABLE.withDescription("the answer got lost")
                                                : status,
                                        trailers);
                            }
                        },
                        headers);
            }

            @Override
            public void sendMessage(Q message) {
                if (message instanceof CommitRequest commit) {
                    writes.addAndGet(commit.getWritesCount());
                }
                if (message instanceof RunQueryRequest query) {
                    queries.add(query.getStructuredQuery());
                }
                super.sendMessage(message);
            }
        };
    }

    private static void nothing() {}

    private static int count(Object answer) {
        if (answer instanceof RunQueryResponse row) {
            return row.hasDocument() ? 1 : 0;
        }
        return answer instanceof BatchGetDocumentsResponse ? 1 : 0;
    }

    /** A call that does not get anywhere. */
    private static final class Unreachable<Q, A> extends ClientCall<Q, A> {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
            listener.onClose(Status.UNAVAILABLE.withDescription("the wire is cut"), new Metadata());
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
    }
}
