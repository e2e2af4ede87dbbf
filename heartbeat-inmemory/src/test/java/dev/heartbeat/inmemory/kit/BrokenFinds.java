package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.StoredSchedule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Stores that find or read wrongly. */
final class BrokenFinds {
    private BrokenFinds() {}

    /** Sorts by id alone. */
    static final class WrongOrder extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    List<StoredSchedule> byId = new ArrayList<>(found.due());
                    byId.sort(Comparator.comparing(StoredSchedule::id));
                    return new Found(byId, found.next(), found.unreadable(), found.upcoming(), found.storeTime());
                }
            };
        }
    }

    /** Starts every page at the beginning, so that whatever stays due hides all behind it. */
    static final class HeldBackOnesStarveThePage extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    return super.findDue(
                            new DueQuery(query.now(), null, query.limit(), query.upcoming(), query.callLimit()));
                }
            };
        }
    }

    /** Answers with the first page and says that it was all. */
    static final class OnePageOnly extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    return new Found(
                            found.due(), Optional.empty(), found.unreadable(), found.upcoming(), found.storeTime());
                }
            };
        }
    }

    /** Finds disabled schedules too, and says that they are due. */
    static final class DisabledOnesAreFound extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    List<StoredSchedule> due = new ArrayList<>(found.due());
                    schedules(null, 1_000).items().stream()
                            .filter(stored -> !stored.schedule().enabled())
                            .forEach(due::add);
                    return new Found(due, found.next(), found.unreadable(), found.upcoming(), found.storeTime());
                }
            };
        }
    }

    /** Lets one bad document spoil the whole find. */
    static final class OneBadDocumentSpoilsTheFind extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    if (!unreadable().isEmpty()) {
                        throw new ClassCastException(unreadable().get(0).reason());
                    }
                    return found;
                }
            };
        }
    }

    /** Cannot tell a missing lastRun from one that is null. */
    static final class MissingIsNull extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id)
                            .map(stored -> stored.lastRun().kind() == LastRun.Kind.MISSING
                                    ? Edits.with(stored, LastRun.NULL)
                                    : stored);
                }
            };
        }
    }
}
