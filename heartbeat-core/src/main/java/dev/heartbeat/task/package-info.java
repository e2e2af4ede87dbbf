/**
 * The user's work: {@link dev.heartbeat.task.TaskExecutor} is the entry type, {@link dev.heartbeat.task.Task} gives it a
 * name and limits. For everybody who writes tasks. Unless it says otherwise, a type here is immutable and thread-safe.
 */
@NullMarked
package dev.heartbeat.task;

import org.jspecify.annotations.NullMarked;
