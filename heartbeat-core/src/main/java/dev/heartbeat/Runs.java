package dev.heartbeat;

import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskResult;

/**
 * Answers for runs by their {@link TaskContext#token() tokens}, from any process that shares the store: for work that a task
 * has {@link TaskResult#accepted accepted} and that goes on elsewhere. Legal from the claim on, also while the task is still
 * at work: the first answer that ends the attempt counts, whoever gives it, and all later ones change nothing. A restart of
 * any process in between changes nothing either.
 *
 * <p>A token that is late, sent twice, lost or made up is answered by a {@link Completion}, never by an exception. Thread-safe.
 * Every method may throw {@link dev.heartbeat.store.StoreException}: then it is open whether the answer was recorded, and it
 * may be given again; and {@link IllegalStateException} after {@link Heartbeat#close()}. What an answer means for the heartbeat
 * record is written within about a second, or by {@code close()}.
 */
public interface Runs {
    /**
     * Answers for a run, exactly as if its task had returned the result: a failure is tried again as the retry of the schedule
     * says, else that of the task if this process knows it, else the default; ledger, last result, heartbeat and listeners of
     * this process hear of it. A run that is to be cancelled and is completed first keeps this outcome.
     *
     * <p>{@link TaskResult#accepted} moves the deadline: the run is accepted from now on for that long.
     */
    Completion complete(RunToken token, TaskResult result);

    /** Answers for a run that its attempt failed; the same as completing it with {@link TaskResult#failed}. */
    Completion fail(RunToken token, String error);

    /**
     * Notes how far a run has come, for people who watch: {@code StoredSchedule.state().pending().progress()}. It never moves
     * a deadline or a lease. A note costs one write, and at most one in a third of the lease is written: what comes in between
     * is kept, the latest of it written then, and answered {@code ACCEPTED}. A run of this very process goes along with its
     * renewals and costs none.
     *
     * @param fraction 0 to 1; values outside are cut to the range
     * @param note a short text, cut to 200 characters
     */
    Completion progress(RunToken token, double fraction, String note);
}
