package dev.heartbeat.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Progress;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Completion;
import dev.heartbeat.task.RunToken;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often notes are written: think of a store that bills each write. */
class ProgressNotesTest {
    private static final Duration LEASE = Duration.ofSeconds(21);
    private static final Duration PAUSE = Duration.ofSeconds(7);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-02-15T09:00:00Z"));
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore(clock);
    private final AtomicLong nanos = new AtomicLong();
    private final Deque<Runnable> planned = new ArrayDeque<>();
    private final List<List<Renewal>> writes = new ArrayList<>();
    private boolean failing;
    private ProgressNotes notes;

    @BeforeEach
    void open() {
        Timer timer = new Timer() {
            @Override
            public Call after(long wait, Runnable work) {
                assertThat(wait).isEqualTo(PAUSE.toNanos());
                planned.add(work);
                return () -> {};
            }

            @Override
            public void aside(Runnable work) {
                work.run();
            }

            @Override
            public void close() {}
        };
        notes = new ProgressNotes(observed(), LEASE, new CountedPace(nanos), timer, new Log("notes", true));
    }

    private HeartbeatStore observed() {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("renew")) {
                        if (failing) {
                            throw new StoreException("no answer");
                        }
                        @SuppressWarnings("unchecked")
                        List<Renewal> renewals = (List<Renewal>) arguments[0];
                        writes.add(renewals);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private RunToken claimed(String id) {
        store.edit(ScheduleEdit.define(Schedule.builder(id, "@hourly", "work").build()), Version.NONE);
        StoredSchedule seen = store.schedule(id).orElseThrow();
        ClaimRequest claim = ClaimRule.request(
                DueRule.decide(
                                seen,
                                clock.instant().plusSeconds(3_600),
                                clock.instant(),
                                3,
                                Duration.ofMinutes(15),
                                Window.NONE)
                        .candidate(),
                clock.instant(),
                "r1",
                "owner",
                LEASE,
                "p1");
        assertThat(store.claim(List.of(claim), CallLimit.of(LEASE))).hasSize(1);
        return claim.token();
    }

    private static Progress at(int percent) {
        return new Progress(percent, "");
    }

    /** A third of the lease passes, and what was planned for then happens. */
    private void pause() {
        nanos.addAndGet(PAUSE.toNanos());
        List<Runnable> due = new ArrayList<>(planned);
        planned.clear();
        due.forEach(Runnable::run);
    }

    @Test
    void theFirstNoteIsWrittenAtOnceAndTheLatestOfManyInAWhile() {
        RunToken token = claimed("a");
        for (int percent = 1; percent <= 50; percent++) {
            assertThat(notes.note(token, at(percent))).isEqualTo(Completion.ACCEPTED);
        }
        assertThat(writes).containsExactly(List.of(new Renewal(token, at(1))));
        pause();

        assertThat(writes).hasSize(2).last().isEqualTo(List.of(new Renewal(token, at(50))));
        assertThat(store.schedule("a").orElseThrow().state().pending().progress())
                .isEqualTo(at(50));
    }

    @Test
    void notesOfManyRunsAreWrittenInOneCall() {
        RunToken a = claimed("a");
        RunToken b = claimed("b");
        for (RunToken token : List.of(a, b)) {
            notes.note(token, at(1));
            notes.note(token, at(2));
        }
        pause();

        assertThat(writes).hasSize(3);
        assertThat(writes.get(2)).containsExactlyInAnyOrder(new Renewal(a, at(2)), new Renewal(b, at(2)));
    }

    @Test
    void whoTellsNothingMoreCostsNothingMoreAndIsForgotten() {
        RunToken token = claimed("a");
        notes.note(token, at(1));
        for (int i = 0; i < 3; i++) {
            pause();
        }
        assertThat(writes).hasSize(1);
        assertThat(planned).as("nothing to come").isEmpty();
        notes.note(token, at(2));

        assertThat(writes).as("at once again").hasSize(2);
    }

    @Test
    void aRunThatHasEndedMeanwhileIsToldSoByTheCallAfterTheNextWrite() {
        RunToken token = claimed("a");
        notes.note(token, at(1));
        store.delete("a");
        assertThat(notes.note(token, at(2))).as("kept for the next write").isEqualTo(Completion.ACCEPTED);
        pause();

        assertThat(notes.note(token, at(3))).isEqualTo(Completion.UNKNOWN);
        assertThat(notes.note(token, at(4))).isEqualTo(Completion.UNKNOWN);
    }

    @Test
    void aStoreThatFailsIsToldToTheFirstCallerAndTriedAgainByTheNext() {
        RunToken token = claimed("a");
        failing = true;
        assertThatThrownBy(() -> notes.note(token, at(1))).isInstanceOf(StoreException.class);
        failing = false;
        assertThat(notes.note(token, at(2))).isEqualTo(Completion.ACCEPTED);
        notes.note(token, at(3));
        failing = true;
        pause();
        failing = false;
        notes.note(token, at(4));
        pause();

        assertThat(writes).hasSize(2).last().isEqualTo(List.of(new Renewal(token, at(4))));
    }
}
