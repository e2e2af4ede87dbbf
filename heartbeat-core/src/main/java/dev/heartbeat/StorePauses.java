package dev.heartbeat;

import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Pause;
import dev.heartbeat.store.Pauses;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateStore;
import dev.heartbeat.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The pauses of queues and of everything, changed by compare-and-set; a queue that is null stands for everything. */
final class StorePauses {
    private static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(10));

    private final StateStore store;
    private final InstantSource clock;
    private final Consumer<Pauses> changed;

    StorePauses(StateStore store, InstantSource clock, Consumer<Pauses> changed) {
        this.store = store;
        this.clock = clock;
        this.changed = changed;
    }

    Pauses read() {
        return cell().map(cell -> Pauses.read(cell.value())).orElse(Pauses.NONE);
    }

    void pause(@Nullable String queue, Instant until, Audit audit) {
        Instant now = now();
        Pause pause = new Pause(until, audit.who(), audit.why());
        change(pauses -> {
            Instant since = entry(pauses, queue)
                    .filter(entry -> entry.pause().holds(now))
                    .map(Pauses.Entry::since)
                    .orElse(now);
            return with(pauses, queue, new Pauses.Entry(since, pause));
        });
    }

    /** Ends the pause now; it stays as a note. Returns whether there was one in force. */
    boolean resume(@Nullable String queue) {
        Instant now = now();
        return change(pauses -> entry(pauses, queue)
                .filter(entry -> entry.pause().holds(now))
                .map(entry -> with(
                        pauses,
                        queue,
                        new Pauses.Entry(
                                entry.since(),
                                new Pause(now, entry.pause().by(), entry.pause().reason()))))
                .orElse(pauses));
    }

    /** Returns whether there was something to change. */
    private boolean change(UnaryOperator<Pauses> change) {
        while (true) { // each round lost means that somebody else has changed them
            StateCell cell = cell().orElse(new StateCell(Pauses.KEY, Version.NONE, Pauses.NONE.write()));
            Pauses before = Pauses.read(cell.value());
            Pauses after = change.apply(before);
            boolean differs = !after.equals(before);
            if (!differs
                    || store.compareAndSet(List.of(new StateCell(Pauses.KEY, cell.version(), after.write())), LIMIT)
                            .isEmpty()) {
                changed.accept(after);
                return differs;
            }
        }
    }

    private Optional<StateCell> cell() {
        return store.read(List.of(Pauses.KEY), LIMIT).stream().findFirst();
    }

    private static Optional<Pauses.Entry> entry(Pauses pauses, @Nullable String queue) {
        return queue == null ? pauses.everything() : pauses.queue(queue);
    }

    private static Pauses with(Pauses pauses, @Nullable String queue, Pauses.Entry entry) {
        return queue == null ? pauses.withEverything(entry) : pauses.withQueue(queue, entry);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
