package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.AuditEntry;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stores that keep or list history wrongly. */
final class BrokenHistory {
    private BrokenHistory() {}

    /** Puts a later entry in the place of the first one. */
    @SeenBy({"the first entry of a key stays", "the first end of a superseded fire stays"})
    static final class LedgerEntryIsOverwritten extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<String, RunRecord> latest = new ConcurrentHashMap<>();

                @Override
                public void appendRuns(List<RunRecord> entries, CallLimit limit) {
                    super.appendRuns(entries, limit);
                    entries.forEach(this::put);
                }

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    for (ClaimRequest request : requests) {
                        if (request.superseded() != null) {
                            put(request.superseded());
                        }
                    }
                    return super.claim(requests, limit);
                }

                private void put(RunRecord entry) {
                    latest.put(entry.scheduleId() + "/" + entry.key(), entry);
                }

                @Override
                public Page<RunRecord> runs(RunQuery query) {
                    Page<RunRecord> page = super.runs(query);
                    return new Page<>(
                            page.items().stream()
                                    .map(entry -> latest.getOrDefault(entry.scheduleId() + "/" + entry.key(), entry))
                                    .toList(),
                            page.next());
                }
            };
        }
    }

    /** Pages by offset: whatever arrives between two pages shifts all that follows. */
    @SeenBy({
        "paging through pulses is stable while new ones arrive",
        "paging through runs is stable while new ones arrive"
    })
    static final class PagesByOffset extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Page<PulseRecord> pulses(@Nullable String after, int limit) {
                    return byOffset(allPulses(), after, limit);
                }

                @Override
                public Page<RunRecord> runs(RunQuery query) {
                    return byOffset(allRuns(query), query.after(), query.limit());
                }
            };
        }
    }

    /** Lists history in the order in which it came. */
    @SeenBy({"pulses come latest start first", "runs come newest end first", "audit comes latest first"})
    static final class OldestFirst extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Page<PulseRecord> pulses(@Nullable String after, int limit) {
                    return byOffset(turned(allPulses()), after, limit);
                }

                @Override
                public Page<RunRecord> runs(RunQuery query) {
                    return byOffset(turned(allRuns(query)), query.after(), query.limit());
                }

                @Override
                public Page<AuditEntry> audit(@Nullable String after, int limit) {
                    return byOffset(turned(allAudit()), after, limit);
                }

                private <T> List<T> turned(List<T> items) {
                    List<T> turned = new ArrayList<>(items);
                    Collections.reverse(turned);
                    return turned;
                }
            };
        }
    }

    /** Begins a page behind an instant, and so leaves out all others of that instant. */
    @SeenBy({
        "pulses of one instant are all listed once",
        "runs that ended together are all listed once",
        "audit entries of one instant are all kept"
    })
    static final class PagesByInstant extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Page<PulseRecord> pulses(@Nullable String after, int limit) {
                    return byInstant(allPulses(), PulseRecord::startedAt, after, limit);
                }

                @Override
                public Page<RunRecord> runs(RunQuery query) {
                    return byInstant(allRuns(query), RunRecord::endedAt, query.after(), query.limit());
                }

                @Override
                public Page<AuditEntry> audit(@Nullable String after, int limit) {
                    return byInstant(allAudit(), AuditEntry::at, after, limit);
                }
            };
        }
    }

    /** Keeps a pulse without what it did. */
    @SeenBy("a pulse is read as it was written")
    static final class PulsesWithoutDetails extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public void savePulse(PulseRecord pulse, CallLimit limit) {
                    super.savePulse(
                            new PulseRecord(
                                    pulse.id(),
                                    pulse.source(),
                                    pulse.beat(),
                                    pulse.startedAt(),
                                    pulse.durationMs(),
                                    pulse.counts(),
                                    List.of(),
                                    true,
                                    pulse.error()),
                            limit);
                }
            };
        }
    }

    /** Keeps the pulse that came first. */
    @SeenBy("a pulse with the same id takes its place")
    static final class FirstPulseStays extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public void savePulse(PulseRecord pulse, CallLimit limit) {
                    if (pulse(pulse.id()).isEmpty()) {
                        super.savePulse(pulse, limit);
                    }
                }
            };
        }
    }

    /** Keeps one of two audit entries that are written at once, as a list that is read, made longer and written does. */
    @SeenBy("history keeps what many write at once")
    static final class AuditIsReadAndWritten extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Gap gap = new Gap();
                private final AtomicBoolean writing = new AtomicBoolean();

                @Override
                public void appendAudit(AuditEntry entry) {
                    boolean isFirst = writing.compareAndSet(false, true);
                    gap.letAnotherLook();
                    if (isFirst) {
                        super.appendAudit(entry);
                        writing.set(false);
                    }
                }
            };
        }
    }

    /** Keeps one entry of each fire, and no note beside it. */
    @SeenBy("a note of a late answer stands beside the end of its fire")
    static final class NotesVanish extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public void appendRuns(List<RunRecord> entries, CallLimit limit) {
                    super.appendRuns(
                            entries.stream()
                                    .filter(entry -> !RunRecord.FENCED.equals(entry.reason()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Deletes the ledger of a schedule with it, as a foreign key does. */
    @SeenBy("the ledger outlives the schedule")
    static final class DeleteTakesTheLedger extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Set<RunRecord> deleted = ConcurrentHashMap.newKeySet();

                @Override
                public boolean delete(String id) {
                    deleted.addAll(ledger(id));
                    return super.delete(id);
                }

                @Override
                public Page<RunRecord> runs(RunQuery query) {
                    Page<RunRecord> page = super.runs(query);
                    return new Page<>(
                            page.items().stream()
                                    .filter(entry -> !deleted.contains(entry))
                                    .toList(),
                            page.next());
                }
            };
        }
    }

    /** Keeps the first line of an error. */
    @SeenBy("ledger entries survive with all their fields")
    static final class ErrorsOfOneLine extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Page<RunRecord> runs(RunQuery query) {
                    Page<RunRecord> page = super.runs(query);
                    return new Page<>(page.items().stream().map(this::cut).toList(), page.next());
                }

                private RunRecord cut(RunRecord entry) {
                    return entry.error() == null
                            ? entry
                            : Edits.withError(
                                    entry, entry.error().lines().findFirst().orElse(""));
                }
            };
        }
    }

    /** Returns the page that begins at a number of items from the first. */
    static <T> Page<T> byOffset(List<T> all, @Nullable String after, int limit) {
        int from = after == null ? 0 : Integer.parseInt(after);
        int to = Math.min(all.size(), from + limit);
        return new Page<>(
                all.subList(Math.min(from, to), to),
                to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
    }

    private static <T> Page<T> byInstant(List<T> all, Function<T, Instant> time, @Nullable String after, int limit) {
        List<T> rest = all.stream()
                .filter(item -> after == null || time.apply(item).isBefore(Instant.parse(after)))
                .toList();
        return rest.size() <= limit
                ? new Page<>(rest, Optional.empty())
                : new Page<>(
                        rest.subList(0, limit),
                        Optional.of(time.apply(rest.get(limit - 1)).toString()));
    }
}
