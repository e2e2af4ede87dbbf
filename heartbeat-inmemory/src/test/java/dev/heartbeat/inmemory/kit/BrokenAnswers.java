package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stores that go wrong about accepted runs, answers by token, the wish to cancel, and progress. */
final class BrokenAnswers {
    private BrokenAnswers() {}

    private static Optional<PendingFire> pending(ForwardingStore store, String id) {
        return store.schedule(id).map(stored -> stored.state().pending());
    }

    private static boolean isAccepted(ForwardingStore store, RunToken token) {
        return pending(store, token.scheduleId())
                .filter(fire -> fire.state() == PendingFire.State.ACCEPTED)
                .isPresent();
    }

    private static RecordRequest within(RecordRequest request, Duration within) {
        return new RecordRequest(
                request.token(), request.state(), request.lastResult(), request.run(), request.missed(), within);
    }

    /** Writes the deadline as the instance has it, whose clock is an hour behind. */
    @SeenBy({
        "an accepted run holds its fire until its deadline by the time of the store",
        "an accepted run that is accepted again has a new deadline"
    })
    static final class DeadlineByTheClockOfTheInstance extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return super.record(
                            requests.stream()
                                    .map(request -> within(request, null))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Takes an accepted run for one whose holder is gone: nobody renews it. */
    @SeenBy("an accepted run is recorded under its token")
    static final class AcceptedRunsAreLost extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    return recordIf(request -> !isAccepted(this, request.token()), requests, limit);
                }
            };
        }
    }

    /** Lets an accepted run be completed, and found by its token, until somebody takes it over. */
    @SeenBy("an accepted run is over at its deadline")
    static final class DeadlineIsNone extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    requests.forEach(request -> pending(this, request.token().scheduleId())
                            .filter(fire -> fire.isHeldBy(request.token()))
                            .ifPresent(fire -> change(
                                    request.token().scheduleId(),
                                    clock().instant().plusSeconds(1),
                                    "heartbeat",
                                    "pending",
                                    "until")));
                    return super.record(requests, limit);
                }
            };
        }
    }

    /** Renews an accepted run as if somebody were at work on it. */
    @SeenBy("renewing an accepted run leaves its deadline")
    static final class RenewMovesTheDeadline extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    List<Claim> renewed = new ArrayList<>();
                    for (Claim claim : super.renew(renewals, lease, limit)) {
                        change(claim.scheduleId(), clock().instant().plus(lease), "heartbeat", "pending", "until");
                        renewed.addAll(
                                claimByToken(claim.token(), limit).stream().toList());
                    }
                    return renewed;
                }
            };
        }
    }

    /** Writes the state of a record over a wish that came meanwhile. */
    @SeenBy("a wish to cancel stays when a run is accepted or tried again")
    static final class RecordWipesTheWishToCancel extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RunToken> refused = super.record(requests, limit);
                    requests.stream()
                            .map(request -> request.token().scheduleId())
                            .filter(id -> pending(this, id).isPresent())
                            .forEach(id -> change(id, false, "heartbeat", "pending", "cancel"));
                    return refused;
                }
            };
        }
    }

    /** Makes a released fire anew, without what a person wished of it. */
    @SeenBy("a wish to cancel stays when a claim is given back")
    static final class ReleaseWipesTheWishToCancel extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    List<RunToken> released = super.release(tokens, limit);
                    released.forEach(token -> change(token.scheduleId(), false, "heartbeat", "pending", "cancel"));
                    return released;
                }
            };
        }
    }

    /** Knows that a record was sent before by its claim, and not by its answer. */
    @SeenBy({
        "an answer by token sent twice counts as recorded and is written once",
        "another answer to the same claim is refused and writes nothing"
    })
    static final class AnswersAreComparedByTheirClaim extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    Map<RunToken, RunToken> ended = new HashMap<>();
                    for (RecordRequest request : requests) {
                        ledger(request.token().scheduleId()).stream()
                                .filter(run -> run.key().equals(request.token().fireKey()))
                                .forEach(run -> ended.put(request.token(), run.token()));
                    }
                    List<RunToken> refused = new ArrayList<>(super.record(requests, limit));
                    refused.removeAll(ended.keySet());
                    ended.forEach((token, answer) -> {
                        if (!token.equals(answer)) {
                            refused.add(token);
                        }
                    });
                    return refused;
                }
            };
        }
    }

    /** Looks whether the token is in force, and then writes and answers by what it has seen. */
    @SeenBy("of many answers to one claim one is recorded")
    static final class NonAtomicAnswer extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Gap gap = new Gap();

                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RunToken> stale = requests.stream()
                            .map(RecordRequest::token)
                            .filter(token -> claimByToken(token, limit).isEmpty())
                            .toList();
                    gap.letAnotherLook();
                    super.record(requests, limit);
                    return stale;
                }
            };
        }
    }

    /** Renews and leaves the news aside. */
    @SeenBy({"renew writes the progress that comes with it", "a renewal by zero notes progress and moves no end"})
    static final class ProgressIsForgotten extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    return super.renew(
                            renewals.stream()
                                    .map(renewal -> Renewal.of(renewal.token()))
                                    .toList(),
                            lease,
                            limit);
                }
            };
        }
    }

    /** Writes no progress where a renewal tells none. */
    @SeenBy("renew writes the progress that comes with it")
    static final class NoNewsWipesTheProgress extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    List<Claim> renewed = super.renew(renewals, lease, limit);
                    renewals.stream()
                            .filter(renewal -> renewal.progress() == null)
                            .forEach(renewal ->
                                    change(renewal.token().scheduleId(), null, "heartbeat", "pending", "progress"));
                    return renewed;
                }
            };
        }
    }

    /** Moves the end of a lease by zero, to now. */
    @SeenBy("a renewal by zero notes progress and moves no end")
    static final class RenewalByZeroEndsTheLease extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    return super.renew(renewals, lease.isZero() ? Duration.ofNanos(1_000) : lease, limit);
                }
            };
        }
    }

    /** Keeps the fields of a pending fire that it needs itself. */
    @SeenBy("a pending fire survives with all its fields")
    static final class PendingFireLosesAField extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    List<Claim> won = super.claim(requests, limit);
                    won.forEach(claim -> change(claim.scheduleId(), null, "heartbeat", "pending", "answered"));
                    return won;
                }
            };
        }
    }
}
