package dev.heartbeat.store;

import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The verbs of a pulse. Every method may be called by any number of threads and processes at once. Contention and
 * absence are values; {@link StoreException} means that the store did not answer, and leaves open whether a write
 * happened.
 *
 * <p>All lists hold at most one entry for each schedule. A store may split a list into as many steps as it likes, but
 * each entry is written whole or not at all, and one entry never spoils its neighbours.
 */
public interface ClaimStore {
    /**
     * Finds the schedules that may be due, ordered by {@link DuePosition}. Reads only. It may return schedules that are
     * not due after all; it never leaves out one that is. Schedules that stay due come back in every find, so an engine
     * that pages on reaches all others behind them.
     *
     * <p>A store that finds by an index of its own may see late what people have changed behind its back (a missing
     * lastRun, an edited cron, pause or {@code enabled}, a document that became unreadable): at its next read of all
     * documents. It makes one when it starts and then at an interval that it documents. A null lastRun and all changes by
     * {@link ScheduleStore#edit} are found at once.
     */
    Found findDue(DueQuery query);

    /**
     * Claims fires: for each request, if the document still has the version that was seen, writes the state with
     * {@code pending.until} = the store's time + lease, writes lastRun if {@code startedAt} is given, and adds the
     * superseded fire's entry to the ledger, all in one atomic step.
     *
     * <p>A fire whose end stands in the ledger already (an old copy of the document was put back) is not claimed: the
     * store writes {@link ClaimRequest#past} in place of the state, and the superseded entry, and leaves the claim out.
     *
     * <p>The same request sent again, because an answer got lost, never wins a second claim: it is lost, or answered with
     * the very claim that the first one won.
     *
     * @return the claims that were won, in any order; a request that is not among them was lost, which is no error
     */
    List<Claim> claim(List<ClaimRequest> requests, CallLimit limit);

    /**
     * Moves the end of leases to the store's time + lease for each token that is still the claim in force, whatever else
     * in the document has changed, writes the progress that comes with it, and leaves all else as it is. An expired claim
     * that nobody has taken is still in force. An accepted run ({@link PendingFire.State#ACCEPTED}) keeps its deadline,
     * which ends its claim. {@link PendingFire#renewed} says it all.
     *
     * @param lease how long the claims hold from now on; zero leaves their ends where they are
     *
     * @return the claims still in force, as they stand now; one that is not among them is lost
     */
    List<Claim> renew(List<Renewal> renewals, Duration lease, CallLimit limit);

    /**
     * Gives claims back whose task was not called: writes {@link ScheduleState#released} for each token that is still
     * the claim in force. lastRun stays.
     *
     * @return the tokens that were released; one that is not among them was no longer in force
     */
    List<RunToken> release(List<RunToken> tokens, CallLimit limit);

    /**
     * Records attempts: for each request whose token is still the claim in force ({@link PendingFire#isInForce}), writes
     * {@link RecordRequest#stateOver} the state it holds, lastResult and the ledger entries in one atomic step, whatever
     * people have changed in the document meanwhile; lastRun stays. If the schedule was deleted, the ledger entries are
     * written and the schedule is not made again. A request whose {@code run} has the very token that stands in the ledger
     * entry of its fire already was recorded by an earlier call whose answer got lost: it counts as recorded and nothing is
     * written. One that has another token is refused: two answers to one claim differ in it. (A repeated record of an
     * attempt that is to be tried again is refused; its caller finds its token as {@link PendingFire#answered}.)
     *
     * @return the tokens that were refused, because another claim is in force, the deadline of an accepted run has passed,
     *     or the fire has ended under another token
     */
    List<RunToken> record(List<RecordRequest> requests, CallLimit limit);

    /**
     * Returns the claim if its token is in force, its lease expired or not; an accepted run is in force up to its deadline.
     * For claims whose answer got lost, and other processes.
     */
    Optional<Claim> claimByToken(RunToken token, CallLimit limit);

    /**
     * Returns the shortest time between two finds that this store wants from a resident ticker, beyond the interval's
     * own; zero if a find costs next to nothing.
     */
    default Duration wakeGap() {
        return Duration.ZERO;
    }
}
