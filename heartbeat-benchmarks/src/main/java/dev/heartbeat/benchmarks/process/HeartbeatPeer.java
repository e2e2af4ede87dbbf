package dev.heartbeat.benchmarks.process;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Heartbeat with its in-memory store; recorded means in the ledger. */
final class HeartbeatPeer implements Peer {
    private final InMemoryHeartbeatStore store = new InMemoryHeartbeatStore();
    private final Map<String, Runnable> works = new ConcurrentHashMap<>();
    private final InstantSource clock = InstantSource.system();
    private final Heartbeat heartbeat = Heartbeat.builder(store)
            .parallelism(THREADS)
            .budget(Duration.ofMinutes(5))
            .task("nothing", context -> TaskResult.done())
            .task("once", context -> {
                works.getOrDefault(context.scheduleId(), () -> {}).run();
                return TaskResult.done();
            })
            .build();
    private int due;

    @Override
    public void register(int dueNow, int later) {
        Instant now = clock.instant();
        create("first", daily(now), now);
        heartbeat.pulse();
        due += dueNow;
        for (int i = 0; i < dueNow; i++) {
            create("due-" + i, daily(now), now);
        }
        for (int i = 0; i < later; i++) {
            create("later-" + i, daily(now.plus(Duration.ofHours(2)).plusSeconds(60L * (i % 1_000))), now);
        }
    }

    private static String daily(Instant at) {
        ZonedDateTime time = at.atZone(ZoneOffset.UTC);
        return time.getMinute() + " " + time.getHour() + " * * *";
    }

    private void create(String id, String cron, Instant now) {
        Schedule schedule =
                Schedule.builder(id, cron, "nothing").param("number", 1L).build();
        ScheduleState state = ScheduleState.startingAt(now.minus(Duration.ofHours(1)), schedule.rule());
        store.edit(ScheduleEdit.create(schedule, LastRun.MISSING, null, state), Version.NONE);
    }

    @Override
    public long runDue() {
        long start = System.nanoTime();
        int done = 0;
        while (done < due) {
            done += heartbeat.pulse().count(Outcome.EXECUTED);
        }
        return System.nanoTime() - start;
    }

    @Override
    public void once(Instant at, Runnable work) {
        String id = "once-" + works.size();
        works.put(id, work);
        heartbeat.schedules().define(Schedule.builder(id, "@at " + at, "once").build());
    }

    @Override
    public void start() {
        heartbeat.start();
    }

    @Override
    public void close() {
        heartbeat.close();
    }
}
