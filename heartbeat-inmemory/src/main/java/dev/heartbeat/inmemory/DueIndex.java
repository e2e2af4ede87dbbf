package dev.heartbeat.inmemory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The documents that wake at some time, in the order of finding. A run writes its document twice between two finds, and
 * nobody looks at the place in between: so a document that is replaced is marked and skipped, one that comes from a run
 * waits beside the order, and the next find tidies up. Not thread-safe.
 */
final class DueIndex {
    private static final int MOST_WAITING = 65_536;
    private static final int FEW = 1_024;

    private final SortedBlocks<Place> order = new SortedBlocks<>();
    private final List<Document> waiting = new ArrayList<>();
    private int gone;

    /** Adds a document that wakes at some time. */
    void add(Document document) {
        if (!order.put(document)) {
            gone--; // its place was still that of the document before it
        }
    }

    /** Adds a document that will soon be replaced. */
    void addForNow(Document document) {
        waiting.add(document);
        if (waiting.size() >= MOST_WAITING) {
            settle();
        }
    }

    /** Removes a document that is in the index. */
    void remove(Document document) {
        document.leave();
        gone++;
        int present = places() - gone;
        if (gone > 2 * present + FEW) { // more than a burst of runs leaves: edited again and again, and nobody finds
            settle();
        }
    }

    /** Iterates in order over all documents, or over those behind a place. Does not survive a change. */
    Iterator<Document> after(@Nullable Place place) {
        settle();
        return new Present(place == null ? order.all() : order.after(place));
    }

    /** Drops what has gone from the places before this one: what a find is about to walk over. */
    void tidy(Place end) {
        settle();
        gone -= order.removeIf(Place::hasLeft, end);
    }

    int size() {
        settle();
        return order.size() - gone;
    }

    /** Returns how many places are held, those of documents that have gone included. */
    int places() {
        return order.size() + waiting.size();
    }

    private void settle() {
        for (Document document : waiting) {
            if (document.hasLeft()) {
                gone--;
            } else {
                add(document);
            }
        }
        waiting.clear();
        if (gone > FEW && gone > order.size() / 2) {
            gone -= order.removeIf(Place::hasLeft, null);
        }
    }

    private static final class Present implements Iterator<Document> {
        private final Iterator<Place> places;
        private @Nullable Document next;

        Present(Iterator<Place> places) {
            this.places = places;
        }

        @Override
        public boolean hasNext() {
            while (next == null && places.hasNext()) {
                Document document = (Document) places.next();
                next = document.hasLeft() ? null : document;
            }
            return next != null;
        }

        @Override
        public Document next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Document document = java.util.Objects.requireNonNull(next);
            next = null;
            return document;
        }
    }
}
