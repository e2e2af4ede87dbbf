package dev.heartbeat.task;

/**
 * The user's code for one task name. It may be called by several threads at once (for different schedules), and more
 * than once for one fire: the guarantee is at least once; exactly once as long as the process that runs it neither dies,
 * stalls nor is cut off from the store for longer than the lease. Work that must not happen twice passes
 * {@link TaskContext#idempotencyKey()} on.
 */
@FunctionalInterface
public interface TaskExecutor {
    /**
     * Does the work.
     *
     * @param context what to do and for which fire
     * @return how it went; never null
     * @throws Exception when the attempt failed; it is tried again as the retry policy says. An {@code Error} counts the
     *     same. An interrupt means that the timeout has passed, a person has cancelled the run, or the process shuts down
     */
    TaskResult execute(TaskContext context) throws Exception;
}
