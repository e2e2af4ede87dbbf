package dev.heartbeat.firestore;

import com.google.cloud.firestore.Firestore;
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
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The playbook's own store: schedules, claims, the heartbeat and history in Google Cloud Firestore. Any number of instances
 * may work on one database at once.
 *
 * <p>People own the documents {@code schedules/{id}}: what they wrote is never written back, whatever it is. The store
 * writes {@code lastRun} and {@code lastResult}, as the playbook says, and of its own {@code nextRun} and one map {@code
 * heartbeat}. Each fire has a document below its schedule; {@code system/heartbeat} is the playbook's record.
 *
 * <p>Leases end, and are judged, by the server's time. Contention is a value and never an exception; {@link
 * StoreException} says what was attempted and what Firestore answered. Each call ends within its {@link CallLimit}, those
 * without one within {@link Builder#callTimeout}. Instants are kept in microseconds.
 *
 * <p>Thread-safe. Nulls where none is allowed throw {@code NullPointerException}.
 */
public final class FirestoreHeartbeatStore implements HeartbeatStore, AutoCloseable {
    private static final Duration SCAN_WAKE_GAP = Duration.ofMinutes(1);
    private static final int LARGEST_PAGE = 1_000;

    private final @Nullable Firestore ownClient;
    private final Ticks ticks = Ticks.SYSTEM;
    private final CallLimit callLimit;
    private final FindMode mode;
    private final Finder finder;
    private final Claims claims;
    private final Schedules schedules;
    private final Chronicle chronicle;
    private final Cells cells;

    private FirestoreHeartbeatStore(Builder settings) {
        ownClient = settings.client == null
                ? OwnClient.open(settings.projectId, settings.databaseId, settings.emulatorHost)
                : null;
        Firestore client = Objects.requireNonNull(settings.client == null ? ownClient : settings.client);
        callLimit = CallLimit.of(settings.callTimeout);
        mode = settings.mode;
        ServerClock clock = new ServerClock(ticks);
        Calls calls = new Calls(client, clock);
        Paths paths = new Paths(client, settings.schedules, settings.system, settings.runs);
        ScheduleCodec codec = new ScheduleCodec(settings.timing);
        RunCodec runs = new RunCodec(settings.keep);
        finder = new Finder(calls, paths, codec, ticks, mode, settings.reconcileEvery);
        claims = new Claims(calls, paths, clock, codec, runs);
        schedules = new Schedules(calls, paths, codec);
        chronicle = new Chronicle(calls, paths, clock, runs, settings.keep);
        cells = new Cells(calls, paths);
    }

    /** Starts a store with settings of its own. */
    public static Builder builder() {
        return new Builder();
    }

    // The verbs of a pulse.

    @Override
    public Found findDue(DueQuery query) {
        return finder.find(query, within(query.callLimit()));
    }

    @Override
    public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
        List<Claim> won = claims.claim(
                requests,
                within(limit),
                (request, why) -> finder.refused(
                        request.seen(), "the document cannot be written with a claim in it, it is too large: " + why));
        finder.forget(won.stream().map(Claim::scheduleId).toList());
        return won;
    }

    @Override
    public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
        return claims.renew(renewals, lease, within(limit));
    }

    @Override
    public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
        return claims.release(tokens, within(limit));
    }

    @Override
    public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
        return claims.record(requests, within(limit));
    }

    @Override
    public Optional<Claim> claimByToken(RunToken token, CallLimit limit) {
        return claims.claimByToken(token, within(limit));
    }

    /** A minute with {@link FindMode#SCAN}, where each find reads all enabled schedules; else zero. */
    @Override
    public Duration wakeGap() {
        return mode == FindMode.SCAN ? SCAN_WAKE_GAP : Duration.ZERO;
    }

    // The verbs of definitions.

    @Override
    public Optional<StoredSchedule> schedule(String id) {
        return schedules.schedule(id, inTime());
    }

    @Override
    public Page<StoredSchedule> schedules(@Nullable String after, int limit) {
        return schedules.schedules(after, checked(limit), inTime());
    }

    @Override
    public List<Unreadable> unreadable() {
        return schedules.unreadable(inTime());
    }

    @Override
    public Optional<Version> edit(ScheduleEdit edit, Version expected) {
        Optional<Version> version = schedules.edit(edit, expected, inTime());
        finder.forget(List.of(edit.id()));
        return version;
    }

    @Override
    public boolean delete(String id) {
        boolean deleted = schedules.delete(id, inTime());
        finder.forget(List.of(id));
        return deleted;
    }

    // The heartbeat and history.

    @Override
    public Optional<StoredHeartbeat> heartbeat(CallLimit limit) {
        return chronicle.heartbeat(within(limit));
    }

    @Override
    public boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit) {
        return chronicle.saveHeartbeat(heartbeat, expected, within(limit));
    }

    @Override
    public void savePulse(PulseRecord pulse, CallLimit limit) {
        chronicle.savePulse(pulse, within(limit));
    }

    @Override
    public Optional<PulseRecord> pulse(String id) {
        return chronicle.pulse(id, inTime());
    }

    @Override
    public Page<PulseRecord> pulses(@Nullable String after, int limit) {
        return chronicle.pulses(after, checked(limit), inTime());
    }

    @Override
    public Page<RunRecord> runs(RunQuery query) {
        return chronicle.runs(query, inTime());
    }

    @Override
    public void appendRuns(List<RunRecord> entries, CallLimit limit) {
        chronicle.appendRuns(entries, within(limit));
    }

    @Override
    public void appendAudit(AuditEntry entry) {
        chronicle.appendAudit(entry, inTime());
    }

    @Override
    public Page<AuditEntry> audit(@Nullable String after, int limit) {
        return chronicle.audit(after, checked(limit), inTime());
    }

    // The verbs of state cells.

    @Override
    public List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
        return cells.read(keys, within(limit));
    }

    @Override
    public List<StateKey> compareAndSet(Collection<StateCell> written, CallLimit limit) {
        return cells.compareAndSet(written, within(limit));
    }

    /**
     * Closes the client that the store opened; one that was given to it stays open. Every call after that throws {@link
     * StoreException}, {@code close} itself does nothing then.
     *
     * @throws StoreException if the client could not be closed
     */
    @Override
    public void close() {
        if (ownClient != null) {
            try {
                ownClient.close();
            } catch (Exception e) {
                throw new StoreException("close the Firestore client: " + e.getMessage(), e);
            }
        }
    }

    /** Makes the next find read all documents, as one does when people have edited them. */
    void reconcileAtNextFind() {
        finder.reconcileAtNextFind();
    }

    private Deadline within(CallLimit limit) {
        return Deadline.of(limit, ticks);
    }

    private Deadline inTime() {
        return Deadline.of(callLimit, ticks);
    }

    private static int checked(int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new IllegalArgumentException("page limit is " + limit + "; allowed are 1 to " + LARGEST_PAGE);
        }
        return limit;
    }

    /** The settings of a store. Not thread-safe. */
    public static final class Builder {
        private @Nullable Firestore client;
        private @Nullable String projectId;
        private @Nullable String databaseId;
        private @Nullable String emulatorHost;
        private FindMode mode = FindMode.SCAN;
        private Duration reconcileEvery = Duration.ofHours(1);
        private Duration callTimeout = Duration.ofSeconds(30);
        private Duration keep = Duration.ofDays(30);
        private String schedules = "schedules";
        private String system = "system";
        private String runs = "runs";
        private Function<String, Timing> timing = Timing::cron;

        private Builder() {}

        /** Uses this client, which the store never closes, in place of one of its own. */
        public Builder client(Firestore firestore) {
            this.client = Objects.requireNonNull(firestore, "firestore");
            return this;
        }

        /**
         * Sets the project of the store's own client; without one the client asks its environment. It signs in with the
         * application default credentials, and finds an emulator by {@code FIRESTORE_EMULATOR_HOST}.
         */
        public Builder project(String id) {
            this.projectId = checkedName("project", id);
            return this;
        }

        /** Sets the database of the store's own client; {@code (default)} unless it is set. */
        public Builder database(String id) {
            this.databaseId = checkedName("database", id);
            return this;
        }

        /** Lets the store's own client use the emulator at {@code host:port}, which needs no credentials. */
        public Builder emulator(String hostAndPort) {
            this.emulatorHost = checkedName("emulator", hostAndPort);
            return this;
        }

        /** Sets how a pulse finds what is due; {@link FindMode#SCAN} unless it is set. */
        public Builder mode(FindMode findMode) {
            this.mode = Objects.requireNonNull(findMode, "findMode");
            return this;
        }

        /**
         * Sets how often a find reads all documents, disabled and wrong ones included; one hour unless it is set. The
         * first find of a store always does.
         *
         * @throws IllegalArgumentException unless it is at least one second
         */
        public Builder reconcileEvery(Duration interval) {
            this.reconcileEvery = atLeastOneSecond("reconcileEvery", interval);
            return this;
        }

        /**
         * Sets how long a call may take that has no limit of its own; 30 seconds unless it is set, for the first call of
         * a process on a busy machine may need more than ten.
         *
         * @throws IllegalArgumentException unless it is at least one second
         */
        public Builder callTimeout(Duration timeout) {
            this.callTimeout = atLeastOneSecond("callTimeout", timeout);
            return this;
        }

        /**
         * Sets how long runs, pulses and audit entries are kept; 30 days unless set. Answers leave out at once what is older;
         * Firestore's own policies on its field {@code expireAt} remove it later, if the database has those.
         *
         * @throws IllegalArgumentException unless it is at least one second
         */
        public Builder keep(Duration age) {
            this.keep = atLeastOneSecond("keep", age);
            return this;
        }

        /** Sets the name of the collection of schedules; {@code schedules} unless it is set. */
        public Builder schedulesCollection(String name) {
            this.schedules = checkedName("schedulesCollection", name);
            return this;
        }

        /** Sets the name of the collection of the heartbeat record; {@code system} unless it is set. */
        public Builder systemCollection(String name) {
            this.system = checkedName("systemCollection", name);
            return this;
        }

        /**
         * Sets the name of the collections of runs below the schedules; {@code runs} unless it is set. Listing the runs of
         * all schedules reads every collection of that name in the database, so it should be nobody else's.
         */
        public Builder runsCollection(String name) {
            this.runs = checkedName("runsCollection", name);
            return this;
        }

        /** Sets what reads the {@code cron} text of documents; {@link Timing#cron} unless it is set. */
        public Builder timing(Function<String, Timing> reader) {
            this.timing = Objects.requireNonNull(reader, "reader");
            return this;
        }

        /**
         * Opens the store. It asks the server nothing yet.
         *
         * @throws IllegalArgumentException if a client is given together with a project, database or emulator
         * @throws StoreException if a client of its own cannot be made, for lack of a project or credentials
         */
        public FirestoreHeartbeatStore build() {
            if (client != null && (projectId != null || databaseId != null || emulatorHost != null)) {
                throw new IllegalArgumentException(
                        "Firestore store: project, database and emulator are those of the client that was given; set either");
            }
            return new FirestoreHeartbeatStore(this);
        }

        private static String checkedName(String setting, String name) {
            if (name.isBlank() || name.indexOf('/') >= 0) {
                throw new IllegalArgumentException("Firestore store: " + setting + " is '" + name
                        + "'; allowed is a name of one part, without '/'");
            }
            return name;
        }

        private static Duration atLeastOneSecond(String setting, Duration duration) {
            if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException(
                        "Firestore store: " + setting + " is " + duration + "; allowed is at least PT1S");
            }
            return duration;
        }
    }
}
