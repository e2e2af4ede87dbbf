package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PulseRecord;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Stores that record, keep or edit wrongly. */
final class BrokenRecords {
    private BrokenRecords() {}

    /** Lets any token record. */
    static final class FenceIsIgnored extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RunToken> refused = super.record(requests, limit);
                    return super.record(
                            requests.stream()
                                    .filter(request -> refused.contains(request.token()))
                                    .map(this::underTheTokenInForce)
                                    .toList(),
                            limit);
                }

                private RecordRequest underTheTokenInForce(RecordRequest request) {
                    RunToken inForce = schedule(request.token().scheduleId())
                            .map(stored -> stored.state().pending())
                            .map(pending -> pending.token())
                            .orElse(request.token());
                    return new RecordRequest(
                            inForce, request.state(), request.lastResult(), request.run(), request.missed());
                }
            };
        }
    }

    /** Believes a document whose claim a person has put back, and does not look into the ledger. */
    static final class PutBackTokenMayRecord extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return super.record(requests, limit).stream()
                            .filter(token -> claimByToken(token, limit).isEmpty())
                            .toList();
                }
            };
        }
    }

    /** Refuses a record that has been recorded before. */
    static final class SecondSendingIsRefused extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RunToken> refused = new ArrayList<>(requests.stream()
                            .map(RecordRequest::token)
                            .filter(token -> schedule(token.scheduleId()).isPresent()
                                    && claimByToken(token, limit).isEmpty())
                            .toList());
                    refused.addAll(super.record(
                            requests.stream()
                                    .filter(request -> !refused.contains(request.token()))
                                    .toList(),
                            limit));
                    return refused;
                }
            };
        }
    }

    /** Writes the whole document where it should update what is there. */
    static final class RecordMakesADeletedScheduleAgain extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<String, Map<String, @Nullable Object>> deleted = new ConcurrentHashMap<>();

                @Override
                public boolean delete(String id) {
                    healthy.document(id).ifPresent(fields -> deleted.put(id, fields));
                    return super.delete(id);
                }

                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RunToken> refused = super.record(requests, limit);
                    for (RecordRequest request : requests) {
                        Map<String, @Nullable Object> fields =
                                deleted.get(request.token().scheduleId());
                        if (fields != null) {
                            healthy.putDocument(
                                    request.token().scheduleId(),
                                    Edits.with(fields, ScheduleDocument.heartbeat(request.state()), "heartbeat"));
                        }
                    }
                    return refused;
                }
            };
        }
    }

    /** Writes nothing at all when the schedule was deleted. */
    static final class RecordOfADeletedScheduleVanishes extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return super.record(
                            requests.stream()
                                    .filter(request -> healthy.document(
                                                    request.token().scheduleId())
                                            .isPresent())
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Writes lastRun at the end of a run, over the wish of a person. */
    static final class RecordWipesTheWish extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RunToken> refused = super.record(requests, limit);
                    for (RecordRequest request : requests) {
                        healthy.edit(
                                new ScheduleEdit(
                                        request.token().scheduleId(),
                                        null,
                                        LastRun.at(clock().instant()),
                                        null,
                                        null,
                                        false),
                                Version.ANY);
                    }
                    return refused;
                }
            };
        }
    }

    /** Forgets series of missed fires. */
    static final class MissedSeriesVanish extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return super.record(
                            requests.stream()
                                    .map(request -> new RecordRequest(
                                            request.token(),
                                            request.state(),
                                            request.lastResult(),
                                            request.run(),
                                            List.of()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Puts a later entry in the place of the first one. */
    static final class LedgerEntryIsOverwritten extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<String, RunRecord> latest = new ConcurrentHashMap<>();

                @Override
                public void appendRuns(List<RunRecord> entries, CallLimit limit) {
                    super.appendRuns(entries, limit);
                    entries.forEach(entry -> latest.put(entry.scheduleId() + "/" + entry.key(), entry));
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

    /** Keeps the map of a result that its task may still change, and hands it out. */
    static final class MutableAlias extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<String, Map<String, @Nullable Object>> results = new ConcurrentHashMap<>();

                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    for (RecordRequest request : requests) {
                        if (request.lastResult() != null) {
                            results.put(request.token().scheduleId(), request.lastResult());
                        }
                    }
                    return super.record(requests, limit);
                }

                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id)
                            .map(stored -> results.containsKey(id) ? Edits.with(stored, results.get(id)) : stored);
                }
            };
        }
    }

    /** Keeps values as JSON does, where all numbers are of one type. */
    static final class WholeNumbersBecomeDoubles extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id)
                            .map(stored -> stored.lastResult() == null
                                    ? stored
                                    : Edits.with(stored, doubles(stored.lastResult())));
                }

                private Map<String, @Nullable Object> doubles(Map<String, @Nullable Object> values) {
                    Map<String, @Nullable Object> copy = new LinkedHashMap<>(values);
                    copy.replaceAll((key, value) -> value instanceof Long whole ? (Object) whole.doubleValue() : value);
                    return copy;
                }
            };
        }
    }

    /** Hands out the very map that it keeps, for everybody to change. */
    static final class MutableAliasOut extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<String, Map<String, @Nullable Object>> results = new ConcurrentHashMap<>();

                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id)
                            .map(stored -> stored.lastResult() == null
                                    ? stored
                                    : Edits.with(
                                            stored,
                                            results.computeIfAbsent(
                                                    id, none -> new LinkedHashMap<>(stored.lastResult()))));
                }
            };
        }
    }

    /** Says that the heartbeat was saved, and saves none. */
    static final class LostHeartbeat extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit) {
                    return true;
                }
            };
        }
    }

    /** Lets the last writer win, so that an idle pulse clears the errors of a busy one. */
    static final class IdlePulseClearsErrors extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit) {
                    Version current =
                            heartbeat(limit).map(StoredHeartbeat::version).orElse(Version.NONE);
                    return super.saveHeartbeat(heartbeat, current, limit);
                }
            };
        }
    }

    /** Pages by offset: whatever arrives between two pages shifts all that follows. */
    static final class PagesByOffset extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Page<PulseRecord> pulses(@Nullable String after, int limit) {
                    List<PulseRecord> all = super.pulses(null, 1_000).items();
                    int from = after == null ? 0 : Integer.parseInt(after);
                    int to = Math.min(all.size(), from + limit);
                    return new Page<>(
                            all.subList(Math.min(from, to), to),
                            to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
                }
            };
        }
    }

    /** Writes state cells whatever their versions. */
    static final class CellsOfTheLastWriter extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
                    return super.compareAndSet(
                            cells.stream().map(cell -> current(cell, limit)).toList(), limit);
                }

                private StateCell current(StateCell cell, CallLimit limit) {
                    Version version = read(List.of(cell.key()), limit).stream()
                            .map(StateCell::version)
                            .findFirst()
                            .orElse(Version.NONE);
                    return new StateCell(cell.key(), version, cell.value());
                }
            };
        }
    }

    /** Writes a definition as a whole document, at every boot of a backend. */
    static final class DefineWipesPauseAndClaim extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    boolean isNew = healthy.document(edit.id()).isEmpty();
                    Optional<Version> version = super.edit(edit, expected);
                    if (isNew || edit.schedule() == null || version.isEmpty()) {
                        return version;
                    }
                    healthy.document(edit.id())
                            .ifPresent(fields -> healthy.putDocument(
                                    edit.id(), Edits.without(fields, "pausedUntil", "heartbeat", "lastRun")));
                    return schedule(edit.id()).map(StoredSchedule::version);
                }
            };
        }
    }

    /** Does not compare the version that an edit expects. */
    static final class EditIgnoresTheVersion extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    return super.edit(edit, expected.equals(Version.NONE) ? expected : Version.ANY);
                }
            };
        }
    }
}
