package dev.heartbeat.inmemory;

import dev.heartbeat.store.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Entries by key, listed by their own time, and dropped in the order of their arrival once they are too old or too many.
 * Age counts from the arrival by the store's clock, so that entries whose times come from another clock (a test that
 * travels in time) are not dropped at birth. Entries are sorted when somebody reads or drops some, not when they come: a
 * burst of runs does not wait for it. Not thread-safe.
 */
class History<K, V> {
    private final Duration age;
    private final int most;
    private final LinkedHashMap<K, Item<V>> byKey = new LinkedHashMap<>(); // in the order of arrival
    private final List<Item<V>> unsorted = new ArrayList<>();
    private final TreeSet<Item<V>> newestFirst = new TreeSet<>();
    private long arrivals;

    History(Duration age, int most) {
        this.age = age;
        this.most = most;
    }

    /** Adds an entry unless the key is taken. */
    final void add(K key, Instant time, V value, Instant now) {
        Item<V> item = new Item<>(time, arrivals, value, now);
        if (byKey.putIfAbsent(key, item) == null) {
            arrivals++;
            unsorted.add(item);
            added(value);
        }
    }

    /** Adds an entry in place of the one that has the key. */
    final void replace(K key, Instant time, V value, Instant now) {
        Item<V> old = byKey.remove(key);
        if (old != null) {
            drop(old);
        }
        add(key, time, value, now);
    }

    /** Drops what is too old or too many; to be called after every write and before every read. */
    final void trim(Instant now) {
        Iterator<Item<V>> oldest = byKey.values().iterator();
        while (oldest.hasNext()) {
            Item<V> item = oldest.next();
            if (byKey.size() <= most && Duration.between(item.arrived(), now).compareTo(age) <= 0) {
                return;
            }
            oldest.remove();
            drop(item);
        }
    }

    private void drop(Item<V> item) {
        sort();
        newestFirst.remove(item);
        unlisted(item);
    }

    final void sort() {
        for (Item<V> item : unsorted) {
            newestFirst.add(item);
            listed(item);
        }
        unsorted.clear();
    }

    /** Called when an entry has come. */
    void added(V value) {}

    /** Called when an entry has come into the list. */
    void listed(Item<V> item) {}

    /** Called when an entry has left the list. */
    void unlisted(Item<V> item) {}

    final @Nullable V get(K key) {
        Item<V> item = byKey.get(key);
        return item == null ? null : item.value();
    }

    final Page<V> page(@Nullable String after, int limit) {
        sort();
        return page(newestFirst, after, limit);
    }

    final List<V> all() {
        sort();
        List<V> all = new ArrayList<>(newestFirst.size());
        for (Item<V> item : newestFirst) {
            all.add(item.value());
        }
        return all;
    }

    /** A page starts behind a place, not at an index: entries that arrive meanwhile shift nothing. */
    static <V> Page<V> page(NavigableSet<Item<V>> newestFirst, @Nullable String after, int limit) {
        NavigableSet<Item<V>> rest = after == null ? newestFirst : newestFirst.tailSet(Item.placeOf(after), false);
        List<V> values = new ArrayList<>(Math.min(limit, 64));
        Item<V> last = null;
        for (Item<V> item : rest) {
            if (last != null && values.size() == limit) {
                return new Page<>(values, Optional.of(last.place()));
            }
            values.add(item.value());
            last = item;
        }
        return new Page<>(values, Optional.empty());
    }
}
