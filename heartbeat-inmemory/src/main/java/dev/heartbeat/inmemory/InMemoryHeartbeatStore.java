package dev.heartbeat.inmemory;

import dev.heartbeat.cron.Timing;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in the memory of this process: for unit tests, and for work that need not outlive the process. Finding
 * {@code K} due schedules among {@code N} takes {@code O(K log N)}.
 *
 * <p>Lease ends, times of writes and the age of history come from the store's own clock, the system's unless another is
 * given; so does {@link Found#storeTime()}. History is kept for 30 days and at most 100,000 ledger entries unless
 * {@link Builder#keep} says otherwise, and never more than 5,000 pulses and 10,000 audit entries. What came first is
 * dropped first; age counts from when an entry came.
 *
 * <p>A fire is fenced against a second run by its ledger entry. When that entry has been dropped, a timed fire stays
 * fenced until its schedule is deleted; a forced or a backfilled one does not.
 *
 * <p>Thread-safe: each call sees and leaves a whole state, and none waits for anything but other calls, so call limits
 * are met without looking at them. All values in and out are immutable or copied. It never throws
 * {@link dev.heartbeat.store.StoreException}; limits outside their range throw {@code IllegalArgumentException}, nulls
 * where none is allowed {@code NullPointerException}.
 */
public final class InMemoryHeartbeatStore implements HeartbeatStore {
    private static final int LARGEST_PAGE = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final InstantSource clock;
    private final Stamp.Source stamps;
    private final Documents documents = new Documents();
    private final Ledger ledger;
    private final Claims claims;
    private final Chronicle chronicle;
    private final Cells cells;

    /** Creates an empty store on the system's clock. */
    public InMemoryHeartbeatStore() {
        this(builder());
    }

    /** Creates an empty store on the given clock. */
    public InMemoryHeartbeatStore(InstantSource clock) {
        this(builder().clock(clock));
    }

    private InMemoryHeartbeatStore(Builder builder) {
        clock = builder.clock;
        stamps = new Stamp.Source(clock.instant());
        cells = new Cells(stamps);
        ledger = new Ledger(builder.age, builder.entries, builder.listener);
        claims = new Claims(documents, ledger, stamps);
        chronicle = new Chronicle(builder.age, stamps);
    }

    /** Starts a store with settings of its own. */
    public static Builder builder() {
        return new Builder();
    }

    // The verbs of a pulse lock by hand: the first call of a lambda costs more than finding a hundred schedules.

    @Override
    public Found findDue(DueQuery query) {
        lock.lock();
        try {
            return documents.find(query, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
        lock.lock();
        try {
            return claims.claim(requests, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
        lock.lock();
        try {
            return claims.renew(renewals, lease, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
        return locked(() -> claims.release(tokens, clock.instant()));
    }

    @Override
    public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
        lock.lock();
        try {
            return claims.record(requests, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Claim> claimByToken(RunToken token, CallLimit limit) {
        return locked(() -> claims.byToken(token, clock.instant()));
    }

    @Override
    public Optional<StoredSchedule> schedule(String id) {
        return locked(() -> documents.schedule(id));
    }

    @Override
    public Page<StoredSchedule> schedules(@Nullable String after, int limit) {
        checkPage("schedules", limit);
        return locked(() -> documents.page(after, limit));
    }

    @Override
    public List<Unreadable> unreadable() {
        return locked(documents::unreadable);
    }

    /**
     * {@inheritDoc}
     *
     * <p>An edit of an unreadable document writes its fields all the same, and may make it readable.
     */
    @Override
    public Optional<Version> edit(ScheduleEdit edit, Version expected) {
        return locked(() -> {
            Held current = documents.get(edit.id());
            if (!Editing.isExpected(current, expected)) {
                return Optional.empty();
            }
            Held edited = Editing.apply(stamps.next(clock.instant()), current, edit);
            documents.put(edited);
            return Optional.of(Stamp.text(edited.version()));
        });
    }

    @Override
    public boolean delete(String id) {
        return locked(() -> documents.remove(id));
    }

    /**
     * Replaces a whole document, as a person with an editor of documents would. A map {@code heartbeat} in it is what the
     * engine will remember, so a test can put an old copy back; without one the engine remembers nothing. A document that
     * holds no schedule is kept too, and listed as unreadable. Fields that are not known are not kept.
     *
     * @param fields the document in the form of {@link dev.heartbeat.store.ScheduleDocument}; copied
     */
    public void putDocument(String id, Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> copy = HandWriting.copyOf(fields);
        write(() -> {
            Held old = documents.get(Objects.requireNonNull(id, "id"));
            Instant settled = old == null ? null : old.settled();
            documents.put(HandWriting.read(stamps.next(clock.instant()), id, copy, Timing::cron, settled));
        });
    }

    /**
     * Returns a document as a person with an editor of documents would see it, with {@code nextRun} and the map
     * {@code heartbeat}, or empty if there is none; an unreadable one as it was put. Unmodifiable. A
     * {@code heartbeat.wakeAt} of null means never, {@link Instant#MIN} at once.
     */
    public Optional<Map<String, @Nullable Object>> document(String id) {
        return locked(() -> Optional.ofNullable(documents.get(id)).map(Held::fields));
    }

    @Override
    public Optional<StoredHeartbeat> heartbeat(CallLimit limit) {
        lock.lock();
        try {
            return chronicle.heartbeat();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit) {
        Objects.requireNonNull(heartbeat, "heartbeat");
        lock.lock();
        try {
            return chronicle.save(heartbeat, expected, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void savePulse(PulseRecord pulse, CallLimit limit) {
        lock.lock();
        try {
            chronicle.add(pulse, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<PulseRecord> pulse(String id) {
        return locked(() -> chronicle.pulse(id, clock.instant()));
    }

    @Override
    public Page<PulseRecord> pulses(@Nullable String after, int limit) {
        checkPage("pulses", limit);
        return locked(() -> chronicle.pulses(after, limit, clock.instant()));
    }

    @Override
    public Page<RunRecord> runs(RunQuery query) {
        return locked(() -> ledger.page(query, clock.instant()));
    }

    @Override
    public void appendRuns(List<RunRecord> entries, CallLimit limit) {
        write(() -> ledger.append(entries, clock.instant()));
    }

    @Override
    public void appendAudit(AuditEntry entry) {
        Objects.requireNonNull(entry, "entry");
        write(() -> chronicle.add(entry, clock.instant()));
    }

    @Override
    public Page<AuditEntry> audit(@Nullable String after, int limit) {
        checkPage("audit", limit);
        return locked(() -> chronicle.audit(after, limit, clock.instant()));
    }

    @Override
    public List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
        lock.lock();
        try {
            return cells.read(keys);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<StateKey> compareAndSet(Collection<StateCell> written, CallLimit limit) {
        lock.lock();
        try {
            return cells.compareAndSet(written, clock.instant());
        } finally {
            lock.unlock();
        }
    }

    /** Returns all that the store holds now; it takes time and memory in proportion, and is meant for tests. */
    public InMemorySnapshot snapshot() {
        return locked(() -> {
            Instant now = clock.instant();
            return new InMemorySnapshot(
                    documents.all(),
                    ledger.all(now),
                    chronicle.allPulses(now),
                    chronicle.heartbeat().map(StoredHeartbeat::heartbeat),
                    chronicle.allAudit(now),
                    cells.all());
        });
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void write(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private static void checkPage(String what, int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new IllegalArgumentException(what + ": limit is " + limit + "; allowed are 1 to " + LARGEST_PAGE);
        }
    }

    /** Builds an {@link InMemoryHeartbeatStore}. Not thread-safe. */
    public static final class Builder {
        private InstantSource clock = InstantSource.system();
        private Duration age = Duration.ofDays(30);
        private int entries = 100_000;
        private Consumer<? super RunRecord> listener = entry -> {};

        private Builder() {}

        /** Sets the clock; the default is the system's. */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets how much history is kept; the defaults are 30 days and 100,000 entries.
         *
         * @param age the age up to which ledger entries, pulses and audit entries are kept
         * @param entries the most ledger entries that are kept
         * @throws IllegalArgumentException if {@code age} is not positive or {@code entries} is less than 1
         */
        public Builder keep(Duration age, int entries) {
            if (age.isNegative() || age.isZero() || entries < 1) {
                throw new IllegalArgumentException("keep: age is " + age + " and entries is " + entries
                        + "; allowed are more than zero, and 1 or more");
            }
            this.age = age;
            this.entries = entries;
            return this;
        }

        /** Sets who is told of each ledger entry that comes, in the store's lock. */
        Builder listening(Consumer<? super RunRecord> listener) {
            this.listener = listener;
            return this;
        }

        /** Returns an empty store. */
        public InMemoryHeartbeatStore build() {
            return new InMemoryHeartbeatStore(this);
        }
    }
}
