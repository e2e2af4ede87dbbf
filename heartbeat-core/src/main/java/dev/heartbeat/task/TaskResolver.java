package dev.heartbeat.task;

import java.util.Optional;

/**
 * Looks a task up when it is needed, for hosts whose tasks come from a container. Called on threads of a pulse, possibly
 * several at once; must be thread-safe and quick. An exception counts as a failed look-up of that task alone.
 */
@FunctionalInterface
public interface TaskResolver {
    /** Returns the task of the name, or empty if it is not known here (another instance may know it). */
    Optional<Task> resolve(String name);
}
