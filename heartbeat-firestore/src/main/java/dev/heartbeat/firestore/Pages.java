package dev.heartbeat.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.WriteBatch;
import com.google.cloud.firestore.WriteResult;
import dev.heartbeat.firestore.CallFailed.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes many guarded entries in few atomic commits. A commit fails as a whole and does not tell because of whom: then the
 * documents of its page are read again, entries that have lost or have succeeded after all drop out, and the others are
 * tried again, at last one by one.
 */
final class Pages {
    private static final int MOST_ENTRIES = 100;
    private static final int MOST_WRITES = 200;
    /** A commit may have 10 MiB, on the emulator 4. */
    private static final long MOST_BYTES = 2_000_000;

    private static final int MOST_TRIES_TOGETHER = 3;

    private final Calls calls;

    Pages(Calls calls) {
        this.calls = calls;
    }

    /** What one schedule has to have written, in one atomic step. Used by one thread. */
    interface Entry {
        /** Tells whether what it would write, it knows to be right; if not, it has to look first. */
        boolean isSure();

        /** Takes notice that what it knows is out of date. */
        void doubt();

        /** The documents that it has to look at. */
        Collection<DocumentReference> documents();

        /** Looks at its documents as they stand. Returns whether there still is something to write. */
        boolean look(Map<DocumentReference, DocumentSnapshot> documents);

        /** The most writes that {@link #addTo} makes. */
        int writes();

        /** About how many bytes they have. */
        long bytes();

        /** Adds its writes. */
        void addTo(WriteBatch batch);

        /** Takes notice that its writes were made. */
        void written(List<WriteResult> results);

        /**
         * Takes notice that the server cannot keep its values. Returns whether it has others to write instead. It may
         * throw {@code why}, which the caller hears of when all others are written.
         */
        boolean refused(CallFailed why);
    }

    private record Page(List<Entry> entries, int tries) {}

    /** Writes all entries that can be written. Throws {@link CallFailed} if the store does not answer in time. */
    void write(List<? extends Entry> entries, Deadline deadline, String what) {
        Deque<Page> toDo = cut(entries);
        @Nullable CallFailed refused = null;
        while (!toDo.isEmpty()) {
            Page page = toDo.remove();
            List<Entry> open = look(page.entries(), deadline, what);
            if (open.isEmpty()) {
                continue;
            }
            try {
                commit(open, deadline, what);
            } catch (CallFailed e) {
                if (e.kind() == Kind.BROKEN || deadline.remaining().isZero()) {
                    throw e;
                }
                try {
                    again(new Page(open, page.tries() + 1), e).forEach(toDo::addFirst);
                } catch (CallFailed refusal) {
                    if (refused != null) {
                        refusal.addSuppressed(refused);
                    }
                    refused = refusal;
                }
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    private static Deque<Page> cut(List<? extends Entry> entries) {
        Deque<Page> pages = new ArrayDeque<>();
        List<Entry> page = new ArrayList<>();
        int writes = 0;
        long bytes = 0;
        for (Entry entry : entries) {
            boolean isFull = page.size() == MOST_ENTRIES
                    || writes + entry.writes() > MOST_WRITES
                    || bytes + entry.bytes() > MOST_BYTES;
            if (isFull && !page.isEmpty()) {
                pages.add(new Page(page, 0));
                page = new ArrayList<>();
                writes = 0;
                bytes = 0;
            }
            page.add(entry);
            writes += entry.writes();
            bytes += entry.bytes();
        }
        if (!page.isEmpty()) {
            pages.add(new Page(page, 0));
        }
        return pages;
    }

    /** Returns the entries that have something to write, after a look by those which need one. */
    private List<Entry> look(List<Entry> entries, Deadline deadline, String what) {
        Set<DocumentReference> wanted = new LinkedHashSet<>();
        entries.stream().filter(entry -> !entry.isSure()).forEach(entry -> wanted.addAll(entry.documents()));
        Map<DocumentReference, DocumentSnapshot> documents = calls.readAll(wanted, deadline, what);
        List<Entry> open = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.isSure() || entry.look(documents)) {
                open.add(entry);
            }
        }
        return open;
    }

    private void commit(List<Entry> entries, Deadline deadline, String what) {
        WriteBatch batch = calls.batch();
        int[] ends = new int[entries.size()];
        for (int i = 0; i < ends.length; i++) {
            entries.get(i).addTo(batch);
            ends[i] = batch.getMutationsSize();
        }
        List<WriteResult> results = calls.commit(batch, deadline, what);
        int from = 0;
        for (int i = 0; i < ends.length; i++) {
            entries.get(i).written(results.subList(from, ends[i]));
            from = ends[i];
        }
    }

    private static List<Page> again(Page failed, CallFailed why) {
        boolean isSingle = failed.entries().size() == 1;
        if (why.kind() == Kind.REFUSED && isSingle) {
            return failed.entries().get(0).refused(why) ? List.of(failed) : List.of();
        }
        failed.entries().forEach(Entry::doubt);
        boolean together = why.kind() != Kind.REFUSED && (isSingle || failed.tries() < MOST_TRIES_TOGETHER);
        return together
                ? List.of(failed)
                : failed.entries().stream()
                        .map(entry -> new Page(List.of(entry), 0))
                        .toList();
    }
}
