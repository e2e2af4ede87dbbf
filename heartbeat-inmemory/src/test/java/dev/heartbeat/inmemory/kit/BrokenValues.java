package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.task.RunToken;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Stores that change the values that they keep. */
final class BrokenValues {
    private BrokenValues() {}

    /** Keeps the map of a result that its task may still change, and hands it out. */
    @SeenBy("what was handed in may be changed afterwards")
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
                            .map(stored ->
                                    results.containsKey(id) ? Edits.withResult(stored, results.get(id)) : stored);
                }
            };
        }
    }

    /** Hands out the very map that it keeps, for everybody to change. */
    @SeenBy("what was handed out does not lead back into the store")
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
                                    : Edits.withResult(
                                            stored,
                                            results.computeIfAbsent(
                                                    id, none -> new LinkedHashMap<>(stored.lastResult()))));
                }
            };
        }
    }

    /** Keeps values as JSON does, where all numbers are of one type. */
    @SeenBy({
        "results of every type survive",
        "params of every type survive",
        "params written by hand survive",
        "state cells of every type survive"
    })
    static final class WholeNumbersBecomeDoubles extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id)
                            .map(stored -> Edits.withParams(
                                    stored, doubles(stored.schedule().params().asMap())))
                            .map(stored -> stored.lastResult() == null
                                    ? stored
                                    : Edits.withResult(stored, doubles(stored.lastResult())));
                }

                @Override
                public List<StateCell> read(Collection<StateKey> keys, CallLimit limit) {
                    return super.read(keys, limit).stream()
                            .map(cell -> new StateCell(cell.key(), cell.version(), doubles(cell.value())))
                            .toList();
                }

                private Map<String, @Nullable Object> doubles(Map<String, @Nullable Object> values) {
                    Map<String, @Nullable Object> copy = new LinkedHashMap<>(values);
                    copy.replaceAll((key, value) -> value instanceof Long whole ? (Object) whole.doubleValue() : value);
                    return copy;
                }
            };
        }
    }

    /** Takes an empty map for none. */
    @SeenBy("an empty result is not no result")
    static final class EmptyResultIsNone extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id)
                            .map(stored -> stored.lastResult() != null
                                            && stored.lastResult().isEmpty()
                                    ? Edits.withResult(stored, null)
                                    : stored);
                }
            };
        }
    }

    /** Keeps the instants of a state in milliseconds. */
    @SeenBy("instants of the state keep their microseconds")
    static final class StateInMilliseconds extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id).map(stored -> stored.withState(rounded(stored.state())));
                }

                private ScheduleState rounded(ScheduleState state) {
                    Instant cursor = state.cursor();
                    return new ScheduleState(
                            cursor == null ? null : cursor.truncatedTo(ChronoUnit.MILLIS),
                            state.wrote(),
                            state.rule(),
                            state.pending(),
                            state.failures());
                }
            };
        }
    }
}
