package dev.heartbeat.inmemory;

import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All documents, by id, and two indexes over them: those that can wake, in the order of finding, and the unreadable
 * ones. Not thread-safe.
 */
final class Documents {
    static final int MOST_UNREADABLE = 1_000;

    private final Map<String, Held> byId = new HashMap<>();

    /** All ids, so that pages need no sorting. */
    private final SortedBlocks<String> ids = new SortedBlocks<>();

    /** The documents that wake at some time. */
    private final DueIndex byWake = new DueIndex();

    private final TreeMap<String, BadDocument> bad = new TreeMap<>();

    /** Those whose lastRun was later than the document itself when it was written: few, if any. */
    private final TreeMap<String, Document> held = new TreeMap<>();

    @Nullable
    Held get(String id) {
        return byId.get(id);
    }

    Optional<StoredSchedule> schedule(String id) {
        return byId.get(id) instanceof Document document ? Optional.of(document.stored()) : Optional.empty();
    }

    /** Puts what a person or a program has written. */
    void put(Held document) {
        put(document, false);
    }

    /** Puts what a run has written, which will soon be written again. */
    void putForNow(Held document) {
        put(document, true);
    }

    private void put(Held document, boolean forNow) {
        Held old = byId.put(document.id(), document);
        if (old == null) {
            ids.put(document.id());
        } else {
            unlist(old);
        }
        if (document instanceof Document readable) {
            if (!readable.neverWakes()) {
                if (forNow) {
                    byWake.addForNow(readable);
                } else {
                    byWake.add(readable);
                }
                if (readable.isHeldSinceWritten()) {
                    held.put(readable.id(), readable);
                }
            }
        } else {
            bad.put(document.id(), (BadDocument) document);
        }
    }

    boolean remove(String id) {
        Held old = byId.remove(id);
        if (old == null) {
            return false;
        }
        ids.remove(id);
        unlist(old);
        return true;
    }

    private void unlist(Held old) {
        if (old instanceof Document readable) {
            if (!readable.neverWakes()) {
                byWake.remove(readable);
                if (!held.isEmpty()) {
                    held.remove(readable.id());
                }
            }
        } else {
            bad.remove(old.id());
        }
    }

    Found find(DueQuery query, Instant storeTime) {
        DuePosition after = query.after();
        List<StoredSchedule> due = new ArrayList<>(Math.min(query.limit(), byWake.size()));
        Place last = null;
        boolean more = false;
        Place end = Place.behind(query.now());
        if (after == null) {
            byWake.tidy(end);
        }
        Iterator<Document> documents = byWake.after(after == null ? null : Place.of(after.wakeAt(), after.id()));
        while (documents.hasNext()) {
            Document document = documents.next();
            if (document.compareTo(end) >= 0) {
                break;
            }
            if (due.size() == query.limit()) {
                more = true;
                break;
            }
            due.add(document.stored());
            last = document;
        }
        return new Found(
                due,
                more && last != null ? Optional.of(new DuePosition(last.wakeAt(), last.id())) : Optional.empty(),
                after == null ? enabledBad() : List.of(),
                after == null && query.upcoming() > 0 ? upcoming(query.now(), query.upcoming()) : List.of(),
                after == null ? held(storeTime) : List.of(),
                Optional.of(storeTime));
    }

    private List<StoredSchedule> upcoming(Instant now, int limit) {
        List<StoredSchedule> upcoming = new ArrayList<>(Math.min(limit, byWake.size()));
        Iterator<Document> documents = byWake.after(Place.behind(now));
        while (documents.hasNext() && upcoming.size() < limit) {
            upcoming.add(documents.next().stored());
        }
        return upcoming;
    }

    private List<StoredSchedule> held(Instant now) {
        if (held.isEmpty()) {
            return List.of();
        }
        return held.values().stream()
                .map(Document::stored)
                .filter(seen -> seen.isHeldByLastRun(now))
                .limit(Found.MOST_HELD)
                .toList();
    }

    private List<Unreadable> enabledBad() {
        List<Unreadable> enabled = new ArrayList<>(bad.size());
        for (BadDocument document : bad.values()) {
            if (document.isEnabled()) {
                enabled.add(document.unreadable());
            }
        }
        return enabled;
    }

    List<Unreadable> unreadable() {
        List<Unreadable> all = new ArrayList<>(Math.min(bad.size(), MOST_UNREADABLE));
        for (BadDocument document : bad.values()) {
            if (all.size() == MOST_UNREADABLE) {
                break;
            }
            all.add(document.unreadable());
        }
        return Collections.unmodifiableList(all);
    }

    Page<StoredSchedule> page(@Nullable String after, int limit) {
        List<StoredSchedule> items = new ArrayList<>(Math.min(limit, byId.size()));
        Iterator<String> rest = after == null ? ids.all() : ids.after(after);
        while (rest.hasNext()) {
            if (byId.get(rest.next()) instanceof Document readable) {
                if (items.size() == limit) {
                    return new Page<>(items, Optional.of(items.get(limit - 1).id()));
                }
                items.add(readable.stored());
            }
        }
        return new Page<>(items, Optional.empty());
    }

    Map<String, StoredSchedule> all() {
        Map<String, StoredSchedule> all = new LinkedHashMap<>();
        Iterator<String> every = ids.all();
        while (every.hasNext()) {
            if (byId.get(every.next()) instanceof Document readable) {
                all.put(readable.id(), readable.stored());
            }
        }
        return all;
    }

    /** Returns how many documents the index of wake-ups holds. */
    int wakeable() {
        return byWake.size();
    }
}
