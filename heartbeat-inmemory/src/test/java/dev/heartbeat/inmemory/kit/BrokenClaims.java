package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Stores that claim, renew or release wrongly. */
final class BrokenClaims {
    private BrokenClaims() {}

    /** Looks whether the version still holds, and then writes. */
    @SeenBy("each fire is won once however many claim it")
    static final class NonAtomicClaim extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Gap gap = new Gap();

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    List<ClaimRequest> free =
                            requests.stream().filter(this::isCurrent).toList();
                    gap.letAnotherLook();
                    return write(free, limit);
                }

                private synchronized List<Claim> write(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(requests.stream().map(this::readAgain).toList(), limit);
                }
            };
        }
    }

    /** Compares what the claim was made from, where it should compare versions. */
    @SeenBy({
        "two claims of one read are won once",
        "each fire is won once however many claim it",
        "a renewed claim is not taken over by an older read",
        "a wish between read and claim is not consumed unseen",
        "an old version of an ended fire writes nothing",
        "the same request sent twice starts once"
    })
    static final class EqualContentIsWonTwice extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(
                            requests.stream()
                                    .map(request -> isSame(request) ? readAgain(request) : request)
                                    .toList(),
                            limit);
                }

                private boolean isSame(ClaimRequest request) {
                    return schedule(request.scheduleId())
                            .filter(stored ->
                                    stored.schedule().equals(request.seen().schedule()))
                            .isPresent();
                }
            };
        }
    }

    /** Gives up the whole list because one of it is stale, as one atomic batch does. */
    @SeenBy({"lost ones do not spoil their neighbours", "a list of six hundred is claimed and recorded"})
    static final class OneStaleRequestLosesAll extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return requests.stream().allMatch(this::isCurrent) ? super.claim(requests, limit) : List.of();
                }
            };
        }
    }

    /** Counts the lease from the caller's time. */
    @SeenBy("the lease ends by the clock of the store")
    static final class LeaseByTheClockOfTheCaller extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(requests.stream().map(this::shifted).toList(), limit);
                }

                private ClaimRequest shifted(ClaimRequest request) {
                    Instant startedAt = Objects.requireNonNullElse(request.startedAt(), clock().instant());
                    Duration skew = Duration.between(clock().instant(), startedAt);
                    return new ClaimRequest(
                            request.seen(),
                            request.state(),
                            request.startedAt(),
                            request.lease().plus(skew),
                            request.superseded());
                }
            };
        }
    }

    /** Keeps a claim for a thousand days. */
    @SeenBy({
        "a claimed schedule is due again when its lease ends",
        "an expired claim is taken over",
        "a run is recovered from every place it can stop at",
        "a release is recovered from every place it can stop at",
        "a retry is recovered from every place it can stop at",
        "an asked for start happens however the run stops",
        "fire after fire is recovered from every place it can stop at",
        "a won claim tells token fire attempt and lease end"
    })
    static final class LeaseThatNeverExpires extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(
                            requests.stream()
                                    .map(request -> new ClaimRequest(
                                            request.seen(),
                                            request.state(),
                                            request.startedAt(),
                                            Duration.ofDays(1_000),
                                            request.superseded()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Answers a claim of an ended fire as won. */
    @SeenBy({
        "a fire that has ended is not claimed again",
        "a copy taken during the run is not taken over",
        "others of the batch are claimed"
    })
    static final class EndedFireIsWon extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    List<ClaimRequest> ended =
                            requests.stream().filter(this::hasEnded).toList();
                    List<Claim> won = new ArrayList<>(super.claim(requests, limit));
                    ended.forEach(request -> won.add(
                            Claim.of(request.fire().until(clock().instant().plus(request.lease())))));
                    return won;
                }

                private boolean hasEnded(ClaimRequest request) {
                    return isCurrent(request)
                            && ledger(request.scheduleId()).stream()
                                    .anyMatch(run ->
                                            run.key().equals(request.fire().key()));
                }
            };
        }
    }

    /** Leaves a claim of an ended fire out, and the document as it is: it comes back in every pulse. */
    @SeenBy({"the cursor moves past the ended fire", "a fire that was missed or failed has ended too"})
    static final class EndedFireStaysDue extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(
                            requests.stream()
                                    .filter(request -> ledger(request.scheduleId()).stream()
                                            .noneMatch(run -> run.key()
                                                    .equals(request.fire().key())))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Writes lastRun for claims that call no task, too. */
    @SeenBy({"last run stays when no task is called", "a claim that calls no task keeps the wish"})
    static final class EveryClaimWritesLastRun extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(
                            requests.stream()
                                    .map(request -> Edits.withStart(request, clock().instant()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Forgets the entry that ends the fire which a claim takes the place of. */
    @SeenBy("the superseded fire ends in the same step")
    static final class SupersededFireVanishes extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(
                            requests.stream()
                                    .map(request -> new ClaimRequest(
                                            request.seen(),
                                            request.state(),
                                            request.startedAt(),
                                            request.lease(),
                                            null))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Writes the entry of a superseded fire before it knows whether the claim is won. */
    @SeenBy("an old version is lost and writes nothing")
    static final class LostClaimEndsTheSupersededFire extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    List<RunRecord> entries = requests.stream()
                            .map(ClaimRequest::superseded)
                            .filter(Objects::nonNull)
                            .toList();
                    appendRuns(entries, limit);
                    return super.claim(requests, limit);
                }
            };
        }
    }

    /** Takes an edit during the run for a lost claim when it renews or releases. */
    @SeenBy({"renew after an edit still holds", "a claim is released after an edit"})
    static final class ClaimsCompareTheVersion extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<RunToken, Version> written = new ConcurrentHashMap<>();

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return remember(super.claim(requests, limit));
                }

                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    return remember(super.renew(
                            renewals.stream()
                                    .filter(renewal -> isUntouched(renewal.token()))
                                    .toList(),
                            lease,
                            limit));
                }

                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    return super.release(
                            tokens.stream().filter(this::isUntouched).toList(), limit);
                }

                private boolean isUntouched(RunToken token) {
                    return schedule(token.scheduleId())
                            .filter(stored -> stored.version().equals(written.get(token)))
                            .isPresent();
                }

                private List<Claim> remember(List<Claim> claims) {
                    claims.forEach(claim -> schedule(claim.scheduleId())
                            .ifPresent(stored -> written.put(claim.token(), stored.version())));
                    return claims;
                }
            };
        }
    }

    /** Takes a claim that has run out for a lost one, though nobody has taken it. */
    @SeenBy("an expired claim that nobody took is still in force")
    static final class RenewRefusesExpiredClaims extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    return super.renew(
                            renewals.stream()
                                    .filter(renewal -> claimByToken(renewal.token(), limit)
                                            .filter(claim -> claim.until().isAfter(clock().instant()))
                                            .isPresent())
                                    .toList(),
                            lease,
                            limit);
                }
            };
        }
    }

    /** Renews whatever claim the schedule has. */
    @SeenBy("renew is refused after a take over")
    static final class RenewIgnoresTheToken extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    return super.renew(
                            renewals.stream()
                                    .map(renewal -> Renewal.of(currentToken(this, renewal.token())))
                                    .toList(),
                            lease,
                            limit);
                }
            };
        }
    }

    /** Counts a start that never happened. */
    @SeenBy({"a released start does not count", "a claim whose answer got lost is found by its token"})
    static final class ReleaseCountsTheStart extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    List<RunToken> released = super.release(tokens, limit);
                    released.forEach(token -> change(token.scheduleId(), 1L, "heartbeat", "pending", "starts"));
                    return released;
                }
            };
        }
    }

    /** Leaves lastRun alone, so that whoever asked for a start gets one after the other. */
    @SeenBy({
        "the claim consumes the wish",
        "a take over is the start that was asked for",
        "an asked for start happens however the run stops"
    })
    static final class ClaimForgetsLastRun extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(
                            requests.stream()
                                    .map(request -> Edits.withStart(request, null))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Forgets the series that the ledger does not know yet when it writes a claim. */
    @SeenBy("the state is written as asked with the lease end")
    static final class ClaimForgetsUntoldSeries extends BrokenKit {
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
                                                    .withPending(request.fire().withoutMissed()),
                                            request.startedAt(),
                                            request.lease(),
                                            request.superseded()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Writes the definition that was seen over one that cannot be read. */
    @SeenBy("a document that breaks between read and claim is not claimed")
    static final class ClaimMendsTheDocument extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    for (ClaimRequest request : requests) {
                        if (schedule(request.scheduleId()).isEmpty()) {
                            super.edit(ScheduleEdit.define(request.seen().schedule()), Version.ANY);
                        }
                    }
                    return super.claim(requests.stream().map(this::readAgain).toList(), limit);
                }
            };
        }
    }

    /** Looks for the end of a fire among the entries of all schedules. */
    @SeenBy("an entry of another schedule or key ends nothing")
    static final class AnyEntryWithTheKeyEndsTheFire extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    List<String> ended = runs(RunQuery.newest(1_000)).items().stream()
                            .map(RunRecord::key)
                            .toList();
                    return super.claim(
                            requests.stream()
                                    .filter(request ->
                                            !ended.contains(request.fire().key()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Compares the fire of a token, and not the token. */
    @SeenBy("an unknown token is no claim")
    static final class TokenIsComparedByItsFire extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Claim> claimByToken(RunToken token, CallLimit limit) {
                    RunToken inForce = currentToken(this, token);
                    return super.claimByToken(inForce.fireKey().equals(token.fireKey()) ? inForce : token, limit);
                }
            };
        }
    }

    /** Makes a statement of an empty list, which its server refuses. */
    @SeenBy("an empty list is nothing to do")
    static final class EmptyListIsAnError extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    if (renewals.isEmpty()) {
                        throw new IllegalArgumentException("syntax error near 'IN ()'");
                    }
                    return super.renew(renewals, lease, limit);
                }
            };
        }
    }

    /** Adds the lease to what is left of it. */
    @SeenBy("renew moves the end by the time of the store")
    static final class RenewAddsToTheLease extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    return renewals.stream()
                            .flatMap(renewal ->
                                    super.renew(List.of(renewal), lease.plus(left(renewal.token(), limit)), limit)
                                            .stream())
                            .toList();
                }

                private Duration left(RunToken token, CallLimit limit) {
                    return claimByToken(token, limit)
                            .map(claim -> Duration.between(clock().instant(), claim.until()))
                            .orElse(Duration.ZERO);
                }
            };
        }
    }

    /** Counts a renewal as another start. */
    @SeenBy("renew leaves all else as it is")
    static final class RenewCountsAsAStart extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    List<Claim> renewed = super.renew(renewals, lease, limit);
                    renewed.forEach(claim ->
                            change(claim.scheduleId(), claim.attempt() + 1L, "heartbeat", "pending", "starts"));
                    return renewed;
                }
            };
        }
    }

    /** Gives the claim back and leaves its lease to run out. */
    @SeenBy("a released fire may be claimed at once")
    static final class ReleaseKeepsTheLease extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    List<Claim> held = tokens.stream()
                            .flatMap(token -> claimByToken(token, limit).stream())
                            .toList();
                    List<RunToken> released = super.release(tokens, limit);
                    held.forEach(claim -> change(claim.scheduleId(), claim.until(), "heartbeat", "pending", "until"));
                    return released;
                }
            };
        }
    }

    /** Gives back whatever claim the schedule has. */
    @SeenBy("a stale token releases nothing")
    static final class ReleaseIgnoresTheToken extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    return super.release(
                            tokens.stream()
                                    .map(token -> currentToken(this, token))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Takes lastRun back along with the claim. */
    @SeenBy("last run and definition stay")
    static final class ReleaseTakesLastRunBack extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    List<RunToken> released = super.release(tokens, limit);
                    released.forEach(token -> change(token.scheduleId(), null, "lastRun"));
                    return released;
                }
            };
        }
    }

    /** Forgets the series that the ledger does not know yet when it gives a claim back. */
    @SeenBy("series that the ledger does not know yet are kept")
    static final class ReleaseForgetsUntoldSeries extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    List<RunToken> released = super.release(tokens, limit);
                    released.forEach(token -> change(token.scheduleId(), List.of(), "heartbeat", "pending", "missed"));
                    return released;
                }
            };
        }
    }

    /** Leaves a released claim in force. */
    @SeenBy("a released claim is over")
    static final class ReleasedClaimGoesOn extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    return tokens.stream()
                            .filter(token -> claimByToken(token, limit).isPresent())
                            .toList();
                }
            };
        }
    }

    /** Writes lastRun in whole seconds. */
    @SeenBy("last run is written in milliseconds")
    static final class LastRunInSeconds extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(
                            requests.stream()
                                    .map(request -> Edits.withStart(
                                            request,
                                            request.startedAt() == null
                                                    ? null
                                                    : request.startedAt().truncatedTo(ChronoUnit.SECONDS)))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Looks whether the token is in force, and then renews or records whatever claim there is. */
    @SeenBy({"renew and take over never both win", "record and take over never both win"})
    static final class TakeOverSlipsIn extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Overtaking overtaking = new Overtaking();

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return overtaking.overtake(() -> super.claim(requests, limit));
                }

                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    List<Renewal> held = renewals.stream()
                            .filter(renewal ->
                                    claimByToken(renewal.token(), limit).isPresent())
                            .toList();
                    overtaking.letItHappen();
                    return super.renew(
                            held.stream()
                                    .map(renewal -> Renewal.of(currentToken(this, renewal.token())))
                                    .toList(),
                            lease,
                            limit);
                }

                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<RecordRequest> held = requests.stream()
                            .filter(request ->
                                    claimByToken(request.token(), limit).isPresent())
                            .toList();
                    overtaking.letItHappen();
                    super.record(
                            held.stream()
                                    .map(request -> Edits.withToken(request, currentToken(this, request.token())))
                                    .toList(),
                            limit);
                    return requests.stream()
                            .filter(request -> !held.contains(request))
                            .map(RecordRequest::token)
                            .toList();
                }
            };
        }
    }

    /** Writes with a claim or a record the whole document that it has read. */
    @SeenBy({
        "edits and claims keep each other",
        "edits and records keep each other",
        "deletes and records keep each other"
    })
    static final class WholeDocumentsAreWritten extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Overtaking overtaking = new Overtaking();

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    overtaking.letItHappen();
                    List<Claim> won =
                            super.claim(requests.stream().map(this::readAgain).toList(), limit);
                    requests.forEach(request -> write(request.seen()));
                    return won;
                }

                @Override
                public List<RunToken> record(List<RecordRequest> requests, CallLimit limit) {
                    List<StoredSchedule> seen = requests.stream()
                            .flatMap(request -> schedule(request.token().scheduleId()).stream())
                            .toList();
                    overtaking.letItHappen();
                    List<RunToken> refused = super.record(requests, limit);
                    seen.forEach(this::write);
                    return refused;
                }

                private void write(StoredSchedule seen) {
                    boolean isThere = healthy.document(seen.id()).isPresent();
                    healthy.edit(ScheduleEdit.define(seen.schedule()), isThere ? Version.ANY : Version.NONE);
                }

                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    return edit.schedule() == null
                            ? super.edit(edit, expected)
                            : overtaking.overtake(() -> super.edit(edit, expected));
                }

                @Override
                public boolean delete(String id) {
                    return overtaking.overtake(() -> super.delete(id));
                }
            };
        }
    }

    /** Gives up the claim of a schedule that it would not start any more. */
    @SeenBy({"disabled and paused schedules keep their claim", "a document that breaks during its run keeps the claim"})
    static final class DisabledOnesLoseTheirClaim extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit) {
                    return super.renew(
                            renewals.stream()
                                    .filter(renewal -> schedule(renewal.token().scheduleId())
                                            .filter(stored -> stored.schedule().enabled())
                                            .isPresent())
                                    .toList(),
                            lease,
                            limit);
                }
            };
        }
    }

    /** Answers what it was asked, and not what came of it. */
    @SeenBy({"pulses at once end each fire once", "two claims of one read are won once"})
    static final class LostClaimsAreAnswered extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Gap gap = new Gap();

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    gap.letAnotherLook();
                    super.claim(requests, limit);
                    return requests.stream()
                            .map(request -> Claim.of(
                                    request.fire().until(clock().instant().plus(request.lease()))))
                            .toList();
                }
            };
        }
    }

    /** Keeps claims beside the documents, where a person who puts an old copy back does not wipe them. */
    @SeenBy("the fire of a claim that a person wiped ends once")
    static final class ClaimsBesideTheDocuments extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<String, Instant> held = new ConcurrentHashMap<>();

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    List<Claim> won =
                            super.claim(requests.stream().filter(this::isFree).toList(), limit);
                    won.forEach(claim -> held.put(claim.scheduleId(), claim.until()));
                    return won;
                }

                private boolean isFree(ClaimRequest request) {
                    Instant until = held.get(request.scheduleId());
                    return until == null || !until.isAfter(clock().instant());
                }
            };
        }
    }

    private static RunToken currentToken(ForwardingStore store, RunToken token) {
        return store.schedule(token.scheduleId())
                .map(stored -> stored.state().pending())
                .map(pending -> pending.token())
                .orElse(token);
    }
}
