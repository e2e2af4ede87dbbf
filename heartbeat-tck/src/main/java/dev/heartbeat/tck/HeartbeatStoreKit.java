package dev.heartbeat.tck;

import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;

/**
 * Proves that a {@link HeartbeatStore} keeps its contract, through the contract alone. Extend it in a test of about
 * twenty lines:
 *
 * <pre>{@code
 * class MyHeartbeatStoreTest extends HeartbeatStoreKit {
 *     @Override
 *     protected HeartbeatStore createStore(SettableInstant clock) {
 *         return new MyHeartbeatStore(connect(), clock);
 *     }
 *
 *     @Override
 *     protected void putDocument(HeartbeatStore store, String id, Map<String, @Nullable Object> fields) {
 *         ((MyHeartbeatStore) store).put(id, fields);
 *     }
 *
 *     @Override
 *     protected Optional<Map<String, @Nullable Object>> document(HeartbeatStore store, String id) {
 *         return ((MyHeartbeatStore) store).get(id);
 *     }
 * }
 * }</pre>
 *
 * <p>Every test has an instance of this class and a store of its own, and calls the store from at most eight threads at once;
 * an instance is not thread-safe. Instants are in microseconds. No test can be
 * overridden: a store that differs in what it can do says so in {@link #clockIsSettable()} and
 * {@link #keepsUnknownFields()}, and nowhere else.
 */
@SuppressWarnings("exports") // of SentenceNames, which only JUnit needs to reach
@DisplayNameGeneration(SentenceNames.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
public abstract class HeartbeatStoreKit {
    private static final Instant START = Instant.parse("2026-02-15T12:30:00.123456Z");

    /** Longer than any test of the kit takes. */
    private static final Duration END_OF_AN_HOUR = Duration.ofSeconds(60);

    private final SettableInstant clock = new SettableInstant(START);
    private @Nullable HeartbeatStore store;
    private StoreClock storeClock = StoreClock.settable(clock);

    /** Creates the kit; JUnit makes one for each test. */
    protected HeartbeatStoreKit() {}

    /**
     * Returns a store that holds nothing and shares nothing with the stores of other tests.
     *
     * @param clock the store's clock, unless {@link #clockIsSettable()} says that it has another
     * @throws Exception if there is none to be had, which fails the test
     */
    protected abstract HeartbeatStore createStore(SettableInstant clock) throws Exception;

    /**
     * Does what a person does who saves a whole document: replaces all of its fields, or makes it, whatever is in it.
     * The store learns of it as it learns of people's edits.
     *
     * @param store the store of this test
     * @param id the document
     * @param fields all of its fields as {@link dev.heartbeat.store.ScheduleDocument} describes them, wrong ones and
     *     those that {@link #document} returned included
     */
    protected abstract void putDocument(HeartbeatStore store, String id, Map<String, @Nullable Object> fields);

    /**
     * Returns the whole document as it stands, so that {@link #putDocument} can put it back: what is null or missing
     * comes back so, and the engine's own map {@code heartbeat} is among the fields. There may be more, such as
     * {@code nextRun}, if putting it back does no harm.
     *
     * @param store the store of this test
     * @param id the document
     * @return its fields, or empty if there is no document
     */
    protected abstract Optional<Map<String, @Nullable Object>> document(HeartbeatStore store, String id);

    /**
     * Closes the store and what was opened for it. Does nothing unless overridden.
     *
     * @throws Exception if that fails, which fails the test
     */
    protected void closeStore(HeartbeatStore store) throws Exception {}

    /**
     * Tells whether the store's time is the clock of {@link #createStore}. A store whose server has a clock of its own
     * answers false and tells its time in {@link Found#storeTime()}; leases are short then, and the kit waits for their
     * ends.
     */
    protected boolean clockIsSettable() {
        return true;
    }

    /**
     * Tells whether a document keeps the fields that are neither the playbook's nor the engine's, as a store of
     * documents must. A store that keeps schedules in columns, or in no document at all, answers false.
     */
    protected boolean keepsUnknownFields() {
        return true;
    }

    @BeforeEach
    final void openStoreOfTest() throws Exception {
        HeartbeatStore created = Objects.requireNonNull(createStore(clock), "createStore returned null");
        store = created;
        storeClock = clockIsSettable() ? StoreClock.settable(clock) : StoreClock.ofServer(created);
        if (!clockIsSettable()) {
            keepAwayFromTheEndOfAnHour();
        }
    }

    /** The schedules of the kit fire at each full hour: a test during which one strikes would find more due than it made. */
    private void keepAwayFromTheEndOfAnHour() {
        Instant now = storeClock.now();
        Duration left = Duration.between(now, now.truncatedTo(ChronoUnit.HOURS).plus(Sample.HOUR));
        if (left.compareTo(END_OF_AN_HOUR) < 0) {
            storeClock.pass(left);
        }
    }

    @AfterEach
    final void closeStoreOfTest() throws Exception {
        if (store != null) {
            closeStore(store);
        }
    }

    final HeartbeatStore store() {
        return Objects.requireNonNull(store, "store");
    }

    final StoreClock storeClock() {
        return storeClock;
    }

    @Nested
    @DisplayName("find")
    class Finding extends FindGroup {
        Finding() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("claim")
    class Claiming extends ClaimGroup {
        Claiming() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("lease and recovery")
    class Leases extends LeaseGroup {
        Leases() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("release")
    class Releases extends ReleaseGroup {
        Releases() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("record and fence")
    class Recording extends RecordGroup {
        Recording() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("accepted runs and answers by token")
    class AcceptedRuns extends AcceptedGroup {
        AcceptedRuns() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("ended fires and old copies")
    class EndedFires extends EndedFireGroup {
        EndedFires() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("forced re-run")
    class ForcedRuns extends ForcedGroup {
        ForcedRuns() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("backfill")
    class Backfills extends BackfillGroup {
        Backfills() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("heartbeat record")
    class HeartbeatRecords extends HeartbeatGroup {
        HeartbeatRecords() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("history")
    class History extends HistoryGroup {
        History() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("state cells")
    class StateCells extends StateGroup {
        StateCells() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("schedules and edits")
    class Editing extends EditGroup {
        Editing() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("unreadable documents")
    class UnreadableDocuments extends UnreadableGroup {
        UnreadableDocuments() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("values")
    class StoredValues extends ValueGroup {
        StoredValues() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("races")
    class Races extends RaceGroup {
        Races() {
            super(HeartbeatStoreKit.this);
        }
    }

    @Nested
    @DisplayName("a crash between any two store calls")
    class Crashes extends CrashGroup {
        Crashes() {
            super(HeartbeatStoreKit.this);
        }
    }
}
