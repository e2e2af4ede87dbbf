package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.Version;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stores that compare and set wrongly: state cells and the heartbeat record. */
final class BrokenCells {
    private BrokenCells() {}

    /** Writes state cells whatever their versions. */
    @SeenBy({"only the expected version is written", "none makes a cell"})
    static final class CellsOfTheLastWriter extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
                    return super.compareAndSet(
                            cells.stream()
                                    .map(cell ->
                                            new StateCell(cell.key(), version(this, cell.key(), limit), cell.value()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Says that the heartbeat was saved, and saves none. */
    @SeenBy({"it is read as it was written", "heartbeats count exactly"})
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
    @SeenBy({
        "an idle pulse that read an old version does not clear errors",
        "a loser that reads again loses nothing",
        "none means that there is none",
        "there is none at first"
    })
    static final class IdlePulseClearsErrors extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit) {
                    return super.saveHeartbeat(heartbeat, versionOfHeartbeat(this, limit), limit);
                }
            };
        }
    }

    /** Looks whether the version still holds, and then writes. */
    @SeenBy({"state cells count exactly", "heartbeats count exactly"})
    static final class NonAtomicWrites extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Gap gap = new Gap();

                @Override
                public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
                    List<StateCell> fresh = cells.stream()
                            .filter(cell -> cell.version().equals(version(this, cell.key(), limit)))
                            .toList();
                    gap.letAnotherLook();
                    write(fresh, limit);
                    return cells.stream()
                            .filter(cell -> !fresh.contains(cell))
                            .map(StateCell::key)
                            .toList();
                }

                private synchronized void write(List<StateCell> cells, CallLimit limit) {
                    super.compareAndSet(
                            cells.stream()
                                    .map(cell ->
                                            new StateCell(cell.key(), version(this, cell.key(), limit), cell.value()))
                                    .toList(),
                            limit);
                }

                @Override
                public boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit) {
                    boolean isFresh = expected.equals(versionOfHeartbeat(this, limit));
                    gap.letAnotherLook();
                    return isFresh && write(heartbeat, limit);
                }

                private synchronized boolean write(HeartbeatRecord heartbeat, CallLimit limit) {
                    return super.saveHeartbeat(heartbeat, versionOfHeartbeat(this, limit), limit);
                }
            };
        }
    }

    /** Says of every write that another one was faster. */
    @SeenBy({"state cells count exactly", "heartbeats count exactly"})
    static final class EveryWriteIsLost extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
                    return cells.stream().map(StateCell::key).toList();
                }

                @Override
                public boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit) {
                    return false;
                }
            };
        }
    }

    /** Makes the cells that it reads. */
    @SeenBy("cells that do not exist are not read")
    static final class ReadingMakesCells extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
                    super.compareAndSet(
                            keys.stream()
                                    .map(key -> new StateCell(key, Version.NONE, Map.of()))
                                    .toList(),
                            limit);
                    return super.read(keys, limit);
                }
            };
        }
    }

    /** Writes the values of a cell one by one, over those that are there. */
    @SeenBy("a write replaces the whole value")
    static final class CellsAreMerged extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
                    return super.compareAndSet(
                            cells.stream().map(cell -> merged(cell, limit)).toList(), limit);
                }

                private StateCell merged(StateCell cell, CallLimit limit) {
                    Map<String, @Nullable Object> value = new LinkedHashMap<>();
                    read(List.of(cell.key()), limit).forEach(before -> value.putAll(before.value()));
                    value.putAll(cell.value());
                    return new StateCell(cell.key(), cell.version(), value);
                }
            };
        }
    }

    /** Keeps cells under their kind and name joined by a slash. */
    @SeenBy("any text may be a name")
    static final class JoinedNames extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
                    return keys.stream()
                            .flatMap(key -> super.read(List.of(joined(key)), limit).stream()
                                    .map(cell -> new StateCell(key, cell.version(), cell.value())))
                            .toList();
                }

                @Override
                public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
                    return cells.stream()
                            .filter(cell -> !super.compareAndSet(
                                            List.of(new StateCell(joined(cell.key()), cell.version(), cell.value())),
                                            limit)
                                    .isEmpty())
                            .map(StateCell::key)
                            .toList();
                }

                private StateKey joined(StateKey key) {
                    return new StateKey("cell", key.kind() + "/" + key.name());
                }
            };
        }
    }

    /** Gives up all cells because one of them is stale. */
    @SeenBy("each cell is written by itself")
    static final class OneStaleCellLosesAll extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<StateKey> compareAndSet(Collection<StateCell> cells, CallLimit limit) {
                    return cells.stream().allMatch(cell -> cell.version().equals(version(this, cell.key(), limit)))
                            ? super.compareAndSet(cells, limit)
                            : cells.stream().map(StateCell::key).toList();
                }
            };
        }
    }

    /** Keeps some of the errors of a heartbeat. */
    @SeenBy("a hundred errors are kept")
    static final class FewErrorsAreKept extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public boolean saveHeartbeat(HeartbeatRecord heartbeat, Version expected, CallLimit limit) {
                    List<HeartbeatError> errors = heartbeat.errors();
                    return super.saveHeartbeat(
                            Edits.withErrors(heartbeat, errors.subList(0, Math.min(20, errors.size()))),
                            expected,
                            limit);
                }
            };
        }
    }

    private static Version version(HeartbeatStore store, StateKey key, CallLimit limit) {
        return store.read(List.of(key), limit).stream()
                .map(StateCell::version)
                .findFirst()
                .orElse(Version.NONE);
    }

    private static Version versionOfHeartbeat(HeartbeatStore store, CallLimit limit) {
        return store.heartbeat(limit).map(StoredHeartbeat::version).orElse(Version.NONE);
    }
}
