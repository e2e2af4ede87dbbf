package dev.heartbeat.engine;

import dev.heartbeat.schedule.Values;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StateStore;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The small state documents that this process works with. A pulse reads what it needs in one call; rules change a value
 * by pure functions, from any thread; what has changed is written in one call when the pulse closes, or soon after it if
 * it changed later. A change that was lost to another process is made again on what that one wrote. What could not be
 * written is kept for the next save.
 *
 * <p>A change may be called several times, each time with the value as it then stands; it must not change that value,
 * is quick, and leaves instants in whole milliseconds, as every store keeps them. One whose write had no clear answer
 * counts twice if it was written after all and somebody else has written since: what must be exact is not kept here.
 * Thread-safe.
 */
final class StateBoard {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final int MOST_ROUNDS = 10;
    private static final int MOST_CHANGES = 1_000;

    private final Turn calling;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<StateKey, Cell> cells = new HashMap<>();
    private final StateStore store;
    private final Pace pace;
    private final Log log;
    private final Soon soon;

    StateBoard(StateStore store, Pace pace, Timer timer, Log log) {
        this.calling = new Turn(pace);
        this.store = store;
        this.pace = pace;
        this.log = log;
        this.soon = new Soon(pace, timer, this::saveQuietly);
    }

    /** Reads the cells in one call, none if no key is given, and forgets those read before. */
    void read(Collection<StateKey> keys, CallLimit limit) {
        forgetAllBut(new HashSet<>(keys));
        if (!keys.isEmpty()) {
            awaitTurn(limit);
            try {
                load(keys, limit);
            } finally {
                calling.give();
            }
        }
    }

    /**
     * Returns the value as this process knows it: as last read, with the changes made here. Empty if there is no such
     * cell, or it was not read.
     */
    Map<String, @Nullable Object> value(StateKey key) {
        lock.lock();
        try {
            Cell cell = cells.get(key);
            return cell == null ? Map.of() : cell.value;
        } finally {
            lock.unlock();
        }
    }

    /** Changes a value; to be saved at the next {@link #save}. A change that answers with an equal value writes nothing. */
    void change(StateKey key, UnaryOperator<Map<String, @Nullable Object>> change) {
        lock.lock();
        try {
            Cell cell = cells.computeIfAbsent(key, Cell::new);
            if (cell.changes.size() >= MOST_CHANGES) {
                cell.dropFirst(1);
            }
            cell.changes.addLast(change);
            cell.value = cell.applied(change, cell.value);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes what has changed; no call if nothing has.
     *
     * @throws StoreException if the store did not answer; the changes are kept
     */
    void save(CallLimit limit) {
        if (changed().isEmpty()) {
            return;
        }
        long until = pace.nanos() + limit.remaining().toNanos();
        awaitTurn(limit);
        try {
            for (int round = 0; round < MOST_ROUNDS; round++) {
                CallLimit left = CallLimit.of(Duration.ofNanos(until - pace.nanos()));
                List<StateKey> unread = unread();
                if (!unread.isEmpty()) {
                    load(unread, left);
                }
                List<StateCell> wanted = wanted();
                if (wanted.isEmpty() || written(wanted, left)) {
                    return;
                }
            }
        } finally {
            calling.give();
        }
        throw new StoreException("the state cells " + changed() + " changed under each of " + MOST_ROUNDS
                + " tries to write them; their changes go along with the next write");
    }

    /**
     * As {@link #save}, for callers that have nobody to tell: what goes wrong is logged, and tried again in a few seconds.
     * Until the next pulse others would start runs on a circuit that has opened here, or wait for a probe that has ended.
     */
    void saveQuietly(CallLimit limit) {
        try {
            save(limit);
        } catch (RuntimeException e) {
            log.storeFailed("writing the state cells", e);
            soon.again();
        }
    }

    private void saveQuietly() {
        saveQuietly(CallLimit.of(CALL_LIMIT));
    }

    /** Saves within about a second: for changes after a pulse has answered. */
    void saveSoon() {
        soon.ask();
    }

    private void forgetAllBut(Set<StateKey> keys) {
        lock.lock();
        try {
            for (Iterator<Cell> all = cells.values().iterator(); all.hasNext(); ) {
                Cell cell = all.next();
                if (cell.changes.isEmpty() && !keys.contains(cell.key)) {
                    all.remove();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void load(Collection<StateKey> keys, CallLimit limit) {
        List<StateCell> found = store.read(keys, limit);
        lock.lock();
        try {
            Map<StateKey, StateCell> byKey = new HashMap<>();
            for (StateCell cell : found) {
                byKey.put(cell.key(), cell);
            }
            for (StateKey key : keys) {
                StateCell stored = byKey.get(key);
                cells.computeIfAbsent(key, Cell::new)
                        .loaded(stored == null ? new StateCell(key, Version.NONE, Map.of()) : stored);
            }
        } finally {
            lock.unlock();
        }
    }

    private Set<StateKey> changed() {
        lock.lock();
        try {
            Set<StateKey> changed = new HashSet<>();
            for (Cell cell : cells.values()) {
                if (!cell.changes.isEmpty()) {
                    changed.add(cell.key);
                }
            }
            return changed;
        } finally {
            lock.unlock();
        }
    }

    private List<StateKey> unread() {
        List<StateKey> unread = new ArrayList<>();
        lock.lock();
        try {
            for (Cell cell : cells.values()) {
                if (!cell.changes.isEmpty() && cell.stored == null) {
                    unread.add(cell.key);
                }
            }
        } finally {
            lock.unlock();
        }
        return unread;
    }

    /** What to write. A cell whose changes have changed nothing has none any more. */
    private List<StateCell> wanted() {
        List<StateCell> wanted = new ArrayList<>();
        lock.lock();
        try {
            for (Cell cell : cells.values()) {
                StateCell stored = cell.stored;
                if (cell.changes.isEmpty() || stored == null) {
                    continue; // one that was first changed a moment ago is the next save's
                }
                if (cell.value.equals(stored.value())) {
                    cell.changes.clear();
                } else {
                    cell.sent(cell.value);
                    wanted.add(new StateCell(cell.key, stored.version(), cell.value));
                }
            }
        } finally {
            lock.unlock();
        }
        return wanted;
    }

    /** Returns whether all were written. After a call that throws they are read again before the next one. */
    private boolean written(List<StateCell> wanted, CallLimit limit) {
        soon.done();
        Set<StateKey> lost = new HashSet<>(store.compareAndSet(wanted, limit));
        lock.lock();
        try {
            for (StateCell cell : wanted) {
                Cell known = cells.get(cell.key());
                if (known != null) {
                    known.answered(!lost.contains(cell.key()));
                }
            }
        } finally {
            lock.unlock();
        }
        return lost.isEmpty();
    }

    /** One call at a time, so that no answer overtakes another. An interrupted caller still leaves its changes. */
    private void awaitTurn(CallLimit limit) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (calling.take(limit.remaining().toNanos())) {
                        return;
                    }
                    throw new StoreException("another thread has been at the state cells for "
                            + limit.remaining().toMillis() + " ms");
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One cell as this process knows it; used under the lock. */
    private static final class Cell {
        private final StateKey key;
        private final Deque<UnaryOperator<Map<String, @Nullable Object>>> changes = new ArrayDeque<>();
        /** As last read; null if it was not read since it was last written. */
        private @Nullable StateCell stored;
        /** What is stored, with the changes. */
        private Map<String, @Nullable Object> value = Map.of();
        /** What was sent without a clear answer yet, and how many of the changes it holds. */
        private @Nullable Map<String, @Nullable Object> sent;

        private int sentChanges;

        Cell(StateKey key) {
            this.key = key;
        }

        void loaded(StateCell read) {
            if (read.value().equals(sent)) { // a write whose answer got lost is found as it was written
                dropFirst(sentChanges);
            }
            sent = null;
            sentChanges = 0;
            stored = read;
            value = read.value();
            for (UnaryOperator<Map<String, @Nullable Object>> change : changes) {
                value = applied(change, value);
            }
        }

        void sent(Map<String, @Nullable Object> values) {
            sent = values;
            sentChanges = changes.size();
            stored = null;
        }

        void answered(boolean won) {
            if (won) {
                dropFirst(sentChanges);
            }
            sent = null;
            sentChanges = 0;
        }

        void dropFirst(int count) {
            for (int i = 0; i < count && !changes.isEmpty(); i++) {
                changes.removeFirst();
                sentChanges = Math.max(0, sentChanges - 1);
            }
        }

        Map<String, @Nullable Object> applied(
                UnaryOperator<Map<String, @Nullable Object>> change, Map<String, @Nullable Object> to) {
            try {
                return Values.copyOf(change.apply(to), "state cell " + key.kind() + "/" + key.name());
            } catch (RuntimeException e) { // one bad change must not strand the others
                Log.failed("changing state cell " + key.kind() + "/" + key.name(), e);
                return to;
            }
        }
    }
}
