package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stores that lose, keep or hide a backfill. */
final class BrokenBackfills {
    private BrokenBackfills() {}

    private static @Nullable Object written(@Nullable Backfill backfill) {
        return ScheduleDocument.heartbeat(ScheduleState.NEW.withBackfill(backfill))
                .get("backfill");
    }

    /** Writes the backfill of an edit in the place of all that the engine remembers. */
    @SeenBy("an edit sets the backfill and nothing else")
    static final class BackfillWipesTheState extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    Optional<Version> version = super.edit(edit, expected);
                    if (version.isEmpty() || edit.backfill() == null) {
                        return version;
                    }
                    ScheduleState bare = ScheduleState.NEW.withBackfill(edit.backfill());
                    change(edit.id(), ScheduleDocument.heartbeat(bare), "heartbeat");
                    return schedule(edit.id()).map(StoredSchedule::version);
                }
            };
        }
    }

    /** Takes an edit without a backfill for the wish to have none. */
    @SeenBy("definitions and pauses leave the backfill alone")
    static final class EveryEditTakesItAway extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    Optional<Version> version = super.edit(edit, expected);
                    if (version.isEmpty() || expected.equals(Version.NONE) || edit.backfill() != null) {
                        return version;
                    }
                    change(edit.id(), null, "heartbeat", "backfill");
                    return schedule(edit.id()).map(StoredSchedule::version);
                }
            };
        }
    }

    /** Finds by the next fire of the timing alone. */
    @SeenBy({
        "a schedule with fires to backfill is due until they are done",
        "a backfill that is set during a run survives its record"
    })
    static final class FindsByTheTiming extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Found findDue(DueQuery query) {
                    return Edits.withDue(
                            super.findDue(query),
                            seen -> !seen.withState(seen.state().withBackfill(null))
                                    .wakeAt()
                                    .isAfter(query.now()));
                }
            };
        }
    }

    /** Keeps the first backfill that a schedule ever had. */
    @SeenBy({"a backfill that is ended is not due any more", "a backfill that is ended during its run stays ended"})
    static final class TheFirstOneStays extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    boolean hasOne = schedule(edit.id())
                            .filter(stored -> stored.state().backfill() != null)
                            .isPresent();
                    return super.edit(
                            hasOne && edit.backfill() != null
                                    ? new ScheduleEdit(edit.id(), null, null, null, null, false)
                                    : edit,
                            expected);
                }
            };
        }
    }

    /** Leaves the backfill where it is when it claims. */
    @SeenBy({
        "a claim moves the backfill on and marks its fire",
        "a past fire that has ended is passed over and the cursor stays"
    })
    static final class ClaimLeavesItBehind extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(
                            requests.stream()
                                    .map(request -> new ClaimRequest(
                                            request.seen(),
                                            request.state()
                                                    .withBackfill(request.seen()
                                                            .state()
                                                            .backfill()),
                                            request.startedAt(),
                                            request.lease(),
                                            request.superseded()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Has no field for it in a pending fire. */
    @SeenBy({
        "a claim moves the backfill on and marks its fire",
        "renewals releases and records leave the backfill alone"
    })
    static final class TheMarkIsLost extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id).map(stored -> {
                        PendingFire fire = stored.state().pending();
                        return fire == null
                                ? stored
                                : stored.withState(stored.state()
                                        .withPending(new PendingFire(
                                                fire.key(),
                                                fire.fireTime(),
                                                fire.forced(),
                                                fire.starts(),
                                                fire.state(),
                                                fire.token(),
                                                fire.owner(),
                                                fire.until(),
                                                fire.missed(),
                                                fire.cancelRequested())));
                    });
                }
            };
        }
    }

    /** Trusts that the fires of a schedule end in their order. */
    @SeenBy("a fire that is older than the last ended one is won and ends once")
    static final class OlderFiresHaveEnded extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(
                            requests.stream().filter(request -> !isOld(request)).toList(), limit);
                }

                private boolean isOld(ClaimRequest request) {
                    Instant cursor = request.seen().state().cursor();
                    return cursor != null && request.fire().fireTime().isBefore(cursor);
                }
            };
        }
    }

    /** Renews by writing all that it knows of a claim. */
    @SeenBy("renewals releases and records leave the backfill alone")
    static final class RenewalTakesItAway extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    List<Claim> renewed = super.renew(renewals, lease, limit);
                    renewed.forEach(claim -> change(claim.scheduleId(), null, "heartbeat", "backfill"));
                    return renewed;
                }
            };
        }
    }

    /** Records the state of the claim as it is, over what people have asked for during the run. */
    @SeenBy({
        "a backfill that is set during a run survives its record",
        "a backfill that is ended during its run stays ended"
    })
    static final class RecordWritesTheBackfillOfTheClaim extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RunToken> refused = super.record(requests, limit);
                    for (RecordRequest request : requests) {
                        change(
                                request.token().scheduleId(),
                                written(request.state().backfill()),
                                "heartbeat",
                                "backfill");
                    }
                    return refused;
                }
            };
        }
    }

    /** Moves the cursor past every fire that it finds ended, and knows of nothing else to move. */
    @SeenBy("a past fire that has ended is passed over and the cursor stays")
    static final class EndedMovesTheCursorAlone extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    Map<String, @Nullable Object> before = new HashMap<>();
                    requests.forEach(request -> before.put(
                            request.scheduleId(), written(request.seen().state().backfill())));
                    List<Claim> won = super.claim(requests, limit);
                    won.forEach(claim -> before.remove(claim.scheduleId()));
                    before.forEach((id, backfill) -> change(id, backfill, "heartbeat", "backfill"));
                    return won;
                }
            };
        }
    }
}
