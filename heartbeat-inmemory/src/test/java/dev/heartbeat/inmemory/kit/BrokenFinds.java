package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores that find or read wrongly. */
final class BrokenFinds {
    private BrokenFinds() {}

    /** Sorts by id alone. */
    @SeenBy("due schedules come by wake time then id")
    static final class WrongOrder extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    List<StoredSchedule> byId = new ArrayList<>(found.due());
                    byId.sort(Comparator.comparing(StoredSchedule::id));
                    return Edits.with(found, byId);
                }
            };
        }
    }

    /** Starts every page at the beginning, so that whatever stays due hides all behind it. */
    @SeenBy({"schedules held back do not starve those behind them", "paging on reaches every schedule once"})
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
    @SeenBy({"schedules held back do not starve those behind them", "claims between pages lose none and repeat none"})
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
    @SeenBy("disabled schedules are not found")
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
                    return Edits.with(found, due);
                }
            };
        }
    }

    /** Knows nothing of schedules that a lastRun in the future holds back. */
    @SeenBy("schedules held by a last run in the future are told of")
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
    @SeenBy("what is wrong is told and all others are found")
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
    @SeenBy("null and missing are two things")
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
    @SeenBy({"no version is ever used twice", "a schedule that was deleted and made again is not claimed by an old read"
    })
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
                    return Edits.with(
                            found, found.due().stream().map(this::asShown).toList());
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

    /** Finds what woke before now, and not what wakes now. */
    @SeenBy("a schedule is due from its wake time on")
    static final class DueAfterItsWakeTime extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    return Edits.withDue(found, seen -> seen.wakeAt().isBefore(query.now()));
                }
            };
        }
    }

    /** Takes a pause for one without an end. */
    @SeenBy("a paused schedule is due from the end of its pause")
    static final class PauseNeverEnds extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    return Edits.withDue(super.findDue(query), seen -> seen.pause() == null);
                }
            };
        }
    }

    /** Orders by the time of the next attempt alone, whatever a person asks for meanwhile. */
    @SeenBy("a wish during a retry wait makes it due at once")
    static final class WishWaitsForTheNextAttempt extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    return Edits.withDue(
                            super.findDue(query), seen -> !waits(seen.state().pending(), query.now()));
                }

                private boolean waits(@Nullable PendingFire fire, Instant now) {
                    return fire != null && fire.until() != null && fire.until().isAfter(now);
                }
            };
        }
    }

    /** Takes a schedule out of its index with each edit and record, and puts it back with none. */
    @SeenBy({"edits move a schedule in the order", "claims and records move a schedule in the order"})
    static final class WhatIsWrittenLeavesTheIndex extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Set<String> written = ConcurrentHashMap.newKeySet();

                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    if (!expected.equals(Version.NONE)) {
                        written.add(edit.id());
                    }
                    return super.edit(edit, expected);
                }

                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    requests.forEach(request -> written.add(request.token().scheduleId()));
                    return super.record(requests, limit);
                }

                @Override
                public Found findDue(DueQuery query) {
                    return Edits.withDue(super.findDue(query), seen -> !written.contains(seen.id()));
                }
            };
        }
    }

    /** Reads an index that does not hold all that a schedule is. */
    @SeenBy("what is found is what is stored")
    static final class FindsWithoutParams extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    return Edits.with(
                            found,
                            found.due().stream()
                                    .map(seen -> Edits.withParams(seen, Map.of()))
                                    .toList());
                }
            };
        }
    }

    /** Lists what comes next by id. */
    @SeenBy("upcoming lists the next ones that are not due")
    static final class UpcomingById extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    List<StoredSchedule> byId = new ArrayList<>(found.upcoming());
                    byId.sort(Comparator.comparing(StoredSchedule::id));
                    return new Found(
                            found.due(), found.next(), found.unreadable(), byId, found.held(), found.storeTime());
                }
            };
        }
    }

    /** Hands the caller's time back as its own. */
    @SeenBy("the store tells its time")
    static final class StoreTimeOfTheCaller extends BrokenKit {
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
                            found.held(),
                            Optional.of(query.now()));
                }
            };
        }
    }

    /** Writes into the documents that it finds. */
    @SeenBy("finding changes nothing")
    static final class FindWrites extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    super.findDue(query)
                            .due()
                            .forEach(seen -> healthy.document(seen.id())
                                    .ifPresent(fields -> healthy.putDocument(seen.id(), fields)));
                    return super.findDue(query);
                }
            };
        }
    }

    /** Finds its tables missing until something is written. */
    @SeenBy({"an empty store finds nothing", "an empty history is one empty page"})
    static final class NoTablesAtFirst extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    if (schedules(null, 1).items().isEmpty()) {
                        throw new StoreException("no such table: schedules");
                    }
                    return super.findDue(query);
                }

                @Override
                public Page<RunRecord> runs(RunQuery query) {
                    Page<RunRecord> page = super.runs(query);
                    if (page.items().isEmpty()) {
                        throw new StoreException("no such table: runs");
                    }
                    return page;
                }
            };
        }
    }

    /** Says after each page that there is another one. */
    @SeenBy("paging on reaches every schedule once")
    static final class PagesWithoutAnEnd extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    return new Found(
                            found.due(),
                            Optional.of(found.next().orElse(new DuePosition(Instant.MIN, ""))),
                            found.unreadable(),
                            found.upcoming(),
                            found.held(),
                            found.storeTime());
                }
            };
        }
    }

    /** Claims nothing while there is a document that it cannot read. */
    @SeenBy("claims of others are not disturbed")
    static final class OneBadDocumentSpoilsTheClaims extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return unreadable().isEmpty() ? super.claim(requests, limit) : List.of();
                }
            };
        }
    }

    /** Lists bad documents only if they are enabled. */
    @SeenBy("all of them are listed disabled ones too")
    static final class DisabledBadOnesAreNotListed extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Unreadable> unreadable() {
                    return super.unreadable().stream()
                            .filter(one -> healthy.document(one.id())
                                    .filter(fields -> Boolean.FALSE.equals(fields.get("enabled")))
                                    .isEmpty())
                            .toList();
                }
            };
        }
    }

    /** Tells each pulse of bad documents that nobody has enabled. */
    @SeenBy("disabled ones are not found by a pulse")
    static final class DisabledBadOnesAreFound extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    return new Found(
                            found.due(), found.next(), unreadable(), found.upcoming(), found.held(), found.storeTime());
                }
            };
        }
    }

    /** Does not look again at a document that was bad once. */
    @SeenBy("they are mended by hand")
    static final class OnceBadIsAlwaysBad extends BrokenKit {
        private final Map<String, Unreadable> bad = new ConcurrentHashMap<>();

        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Unreadable> unreadable() {
                    return List.copyOf(bad.values());
                }
            };
        }

        @Override
        protected void putDocument(HeartbeatStore store, String id, Map<String, @Nullable Object> fields) {
            super.putDocument(store, id, fields);
            ((ForwardingStore) store).healthy.unreadable().forEach(one -> bad.put(one.id(), one));
        }
    }

    /** Looks up where the last page ended, and begins again if that schedule is gone. */
    @SeenBy("a page starts behind its place also when that schedule is gone")
    static final class PlaceIsLookedUp extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    DuePosition after = query.after();
                    return super.findDue(
                            after == null || schedule(after.id()).isPresent()
                                    ? query
                                    : new DueQuery(
                                            query.now(), null, query.limit(), query.upcoming(), query.callLimit()));
                }
            };
        }
    }

    /** Tells with each page what belongs to the first. */
    @SeenBy({
        "upcoming and unreadable are on the first page only",
        "schedules held by a last run in the future are told of"
    })
    static final class EveryPageTellsAll extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    Found found = super.findDue(query);
                    Found first = super.findDue(
                            new DueQuery(query.now(), null, query.limit(), query.upcoming(), query.callLimit()));
                    return new Found(
                            found.due(),
                            found.next(),
                            first.unreadable(),
                            first.upcoming(),
                            first.held(),
                            found.storeTime());
                }
            };
        }
    }

    /** Takes a page of bad documents for the end of the list. */
    @SeenBy("they are not among the schedules and do not end a page")
    static final class BadOnesEndTheList extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Page<StoredSchedule> schedules(@Nullable String after, int limit) {
                    List<String> ids = Stream.concat(
                                    super.schedules(null, 1_000).items().stream()
                                            .map(StoredSchedule::id),
                                    unreadable().stream().map(Unreadable::id))
                            .sorted()
                            .filter(id -> after == null || id.compareTo(after) > 0)
                            .limit(limit)
                            .toList();
                    List<StoredSchedule> items =
                            ids.stream().flatMap(id -> schedule(id).stream()).toList();
                    return new Page<>(
                            items,
                            items.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(items.get(items.size() - 1).id()));
                }
            };
        }
    }
}
