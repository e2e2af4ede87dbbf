package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Stores that record wrongly. */
final class BrokenRecords {
    private BrokenRecords() {}

    /** Lets any token record. */
    @SeenBy({
        "a record under another token is refused and writes nothing",
        "a record after a take over is refused and writes nothing"
    })
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
                    return Edits.withToken(request, inForce);
                }
            };
        }
    }

    /** Believes a document whose claim a person has put back, and does not look into the ledger. */
    @SeenBy("a late record under a put back token is refused")
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

    /** Refuses a record that it has been sent before. */
    @SeenBy({
        "a record sent twice counts as recorded and is written once",
        "a record sent again after the next claim disturbs nothing",
        "one record sent by many is written once"
    })
    static final class SecondSendingIsRefused extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Set<RunToken> sent = ConcurrentHashMap.newKeySet();

                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return recordIf(request -> sent.add(request.token()), requests, limit);
                }
            };
        }
    }

    /** Writes the whole document where it should update what is there. */
    @SeenBy({
        "a deleted schedule gets its ledger entries and is not made again",
        "a deleted schedule is not made again",
        "only claims in force are renewed"
    })
    static final class WritesMakeADeletedScheduleAgain extends BrokenKit {
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

                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    renewals.forEach(renewal -> makeAgain(renewal.token()));
                    return super.renew(renewals, lease, limit);
                }

                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    tokens.forEach(this::makeAgain);
                    return super.release(tokens, limit);
                }

                private void makeAgain(RunToken token) {
                    Map<String, @Nullable Object> fields = deleted.get(token.scheduleId());
                    if (fields != null) {
                        healthy.putDocument(token.scheduleId(), fields);
                    }
                }
            };
        }
    }

    /** Writes nothing at all when the schedule was deleted. */
    @SeenBy("a deleted schedule gets its ledger entries and is not made again")
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
    @SeenBy({
        "a wish during the run survives renew and record",
        "what people changed during the run survives the record",
        "a last run that a person deleted during the run stays missing"
    })
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
    @SeenBy("missed series are written with the record")
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
                                            List.of(),
                                            request.completeWithin()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Takes an edit or a renewal during the run for a lost claim. */
    @SeenBy({"a renewed claim is recorded under its token", "what people changed during the run survives the record"})
    static final class RecordComparesTheVersion extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<RunToken, Version> claimed = new ConcurrentHashMap<>();

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    List<Claim> won = super.claim(requests, limit);
                    won.forEach(claim -> schedule(claim.scheduleId())
                            .ifPresent(stored -> claimed.put(claim.token(), stored.version())));
                    return won;
                }

                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return recordIf(request -> isUntouched(request.token()), requests, limit);
                }

                private boolean isUntouched(RunToken token) {
                    return schedule(token.scheduleId())
                            .filter(stored -> stored.version().equals(claimed.get(token)))
                            .isPresent();
                }
            };
        }
    }

    /** Takes a claim that has run out for a lost one, though nobody has taken it. */
    @SeenBy("an expired claim that nobody took is recorded")
    static final class RecordRefusesExpiredClaims extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return recordIf(
                            request -> claimByToken(request.token(), limit)
                                    .filter(claim -> claim.until().isAfter(clock().instant()))
                                    .isPresent(),
                            requests,
                            limit);
                }
            };
        }
    }

    /** Refuses whatever fire stands in the ledger, without a look at whose entry it is. */
    @SeenBy("a record sent again over a put back copy counts as recorded")
    static final class EndedFireIsRefusedToAll extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return recordIf(
                            request -> ledger(request.token().scheduleId()).stream()
                                    .noneMatch(run ->
                                            run.key().equals(request.token().fireKey())),
                            requests,
                            limit);
                }
            };
        }
    }

    /** Takes every attempt for the last one. */
    @SeenBy("an attempt that is tried again keeps its fire waiting")
    static final class EveryAttemptIsTheLast extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return super.record(
                            requests.stream()
                                    .map(request -> new RecordRequest(
                                            request.token(),
                                            request.state().withPending(null),
                                            request.lastResult(),
                                            request.run(),
                                            request.missed()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Writes every attempt into the ledger, where it ends the fire. */
    @SeenBy({
        "the next attempt ends the same fire",
        "missed series are written with the record",
        "a retry is recovered from every place it can stop at"
    })
    static final class EveryAttemptStandsInTheLedger extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RunToken> refused = super.record(requests, limit);
                    appendRuns(requests.stream().map(RecordRequest::run).toList(), limit);
                    return refused;
                }
            };
        }
    }

    /** Writes null where a record says nothing of lastResult. */
    @SeenBy("last result stays when the record has none")
    static final class NoResultWipesTheLastOne extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RunToken> refused = super.record(requests, limit);
                    for (RecordRequest request : requests) {
                        if (request.lastResult() == null) {
                            change(request.token().scheduleId(), null, "lastResult");
                        }
                    }
                    return refused;
                }
            };
        }
    }

    /** Records nothing of a list in which one is refused. */
    @SeenBy("refused ones do not spoil their neighbours")
    static final class OneRefusedRecordSpoilsAll extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    boolean areInForce = requests.stream()
                            .allMatch(request ->
                                    claimByToken(request.token(), limit).isPresent());
                    return recordIf(request -> areInForce, requests, limit);
                }
            };
        }
    }

    /** Leaves the result to the ledger. */
    @SeenBy("state result and ledger are written")
    static final class ResultIsForgotten extends BrokenKit {
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
                                            null,
                                            request.run(),
                                            request.missed(),
                                            request.completeWithin()))
                                    .toList(),
                            limit);
                }
            };
        }
    }
}
