package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stores that claim, renew or release wrongly. */
final class BrokenClaims {
    private BrokenClaims() {}

    /** Looks whether the version still holds, and then writes. */
    static final class NonAtomicClaim extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final CountDownLatch twoHaveLooked = new CountDownLatch(2);

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    List<ClaimRequest> free =
                            requests.stream().filter(this::isCurrent).toList();
                    if (free.size() > 1) {
                        letAnotherLook();
                    }
                    return write(free, limit);
                }

                private synchronized List<Claim> write(List<ClaimRequest> requests, CallLimit limit) {
                    return super.claim(requests.stream().map(this::readAgain).toList(), limit);
                }

                private void letAnotherLook() {
                    twoHaveLooked.countDown();
                    try {
                        // Opens for good when a second thread comes; in a test with one thread it stays shut.
                        if (!twoHaveLooked.await(200, TimeUnit.MILLISECONDS)) {
                            return;
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            };
        }
    }

    /** Compares what the claim was made from, where it should compare versions. */
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
    static final class EveryClaimWritesLastRun extends BrokenKit {
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
                                            clock().instant(),
                                            request.lease(),
                                            request.superseded()))
                                    .toList(),
                            limit);
                }
            };
        }
    }

    /** Takes an edit during the run for a lost claim. */
    static final class RenewComparesTheVersion extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<RunToken, Version> written = new ConcurrentHashMap<>();

                @Override
                public List<Claim> claim(List<ClaimRequest> requests, CallLimit limit) {
                    return remember(super.claim(requests, limit));
                }

                @Override
                public List<Claim> renew(List<RunToken> tokens, Duration lease, CallLimit limit) {
                    return remember(super.renew(
                            tokens.stream().filter(this::isUntouched).toList(), lease, limit));
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
    static final class RenewRefusesExpiredClaims extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<RunToken> tokens, Duration lease, CallLimit limit) {
                    return super.renew(
                            tokens.stream()
                                    .filter(token -> claimByToken(token, limit)
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
    static final class RenewIgnoresTheToken extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<Claim> renew(List<RunToken> tokens, Duration lease, CallLimit limit) {
                    return super.renew(
                            tokens.stream()
                                    .map(token -> currentToken(this, token))
                                    .toList(),
                            lease,
                            limit);
                }
            };
        }
    }

    /** Counts a start that never happened. */
    static final class ReleaseCountsTheStart extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public List<RunToken> release(List<RunToken> tokens, CallLimit limit) {
                    List<RunToken> released = super.release(tokens, limit);
                    released.forEach(token -> healthy.document(token.scheduleId())
                            .ifPresent(fields -> healthy.putDocument(
                                    token.scheduleId(), Edits.with(fields, 1L, "heartbeat", "pending", "starts"))));
                    return released;
                }
            };
        }
    }

    /** Forgets the entry that ends the fire which a claim takes the place of. */
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

    private static RunToken currentToken(ForwardingStore store, RunToken token) {
        return store.schedule(token.scheduleId())
                .map(stored -> stored.state().pending())
                .map(pending -> pending.token())
                .orElse(token);
    }
}
