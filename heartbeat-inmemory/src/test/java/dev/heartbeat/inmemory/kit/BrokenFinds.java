package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

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
                    return new Found(
                            byId, found.next(), found.unreadable(), found.upcoming(), found.held(), found.storeTime());
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
                            found.due(),
                            Optional.empty(),
                            found.unreadable(),
                            found.upcoming(),
                            found.held(),
                            found.storeTime());
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
                    return new Found(
                            due, found.next(), found.unreadable(), found.upcoming(), found.held(), found.storeTime());
                }
            };
        }
    }

    /** Knows nothing of schedules that a lastRun in the future holds back. */
    static final class HeldOnesGoUnnoticed extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    return new Found(
                            found.due(),
                            found.next(),
                            found.unreadable(),
                            found.upcoming(),
                            List.of(),
                            found.storeTime());
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

    /** Counts the versions of each document from nought, also those of one that was deleted and made again. */
    static final class VersionsStartAgain extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<String, Long> firstVersions = new ConcurrentHashMap<>();

                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    boolean isNamed = !expected.equals(Version.NONE) && !expected.equals(Version.ANY);
                    Optional<Version> written = super.edit(edit, isNamed ? moved(edit.id(), expected, +1) : expected);
                    if (expected.equals(Version.NONE)) {
                        written.ifPresent(version -> firstVersions.put(edit.id(), Long.parseLong(version.value())));
                    }
                    return written.map(version -> moved(edit.id(), version, -1));
                }

                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    return new Found(
                            found.due().stream().map(this::asShown).toList(),
                            found.next(),
                            found.unreadable(),
                            found.upcoming(),
                            found.held(),
                            found.storeTime());
                }

                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id).map(this::asShown);
                }

                private StoredSchedule asShown(StoredSchedule stored) {
                    return Edits.with(stored, moved(stored.id(), stored.version(), -1));
                }

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(requests.stream().map(this::asStored).toList(), limit);
                }

                private ClaimRequest asStored(ClaimRequest request) {
                    StoredSchedule seen = request.seen();
                    return new ClaimRequest(
                            Edits.with(seen, moved(seen.id(), seen.version(), +1)),
                            request.state(),
                            request.startedAt(),
                            request.lease(),
                            request.superseded());
                }

                private Version moved(String id, Version version, int sign) {
                    long first = firstVersions.getOrDefault(id, 0L);
                    return new Version(Long.toString(Long.parseLong(version.value()) + sign * first));
                }
            };
        }
    }
}
