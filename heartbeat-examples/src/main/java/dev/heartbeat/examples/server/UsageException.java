package dev.heartbeat.examples.server;

import java.util.List;

/** What the caller gave cannot be used: a flag, a value, a file. Nothing has been started or stored. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    UsageException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    UsageException(String problem) {
        this(List.of(problem));
    }

    List<String> problems() {
        return problems;
    }
}
