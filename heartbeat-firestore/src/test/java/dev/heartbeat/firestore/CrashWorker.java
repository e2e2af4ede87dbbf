package dev.heartbeat.firestore;

import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import dev.heartbeat.Heartbeat;
import dev.heartbeat.Pulse;
import dev.heartbeat.store.StoreException;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.TaskContext;
import dev.heartbeat.task.TaskExecutor;
import dev.heartbeat.task.TaskResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One process of {@link CrashTest}: pulses once for each line {@code pulse} that it is told. To a log that all processes
 * share, its tasks write one line for each start, and it one for each pulse that ended, with the time of its begin. Some
 * processes stand still in the middle of a pulse: from a certain start on their tasks wait until it is told {@code go}.
 */
final class CrashWorker implements TaskExecutor {
    static final Duration LEASE = Duration.ofSeconds(5);
    private static final int STANDS_STILL_AT = 50;

    private final String name;
    private final FileChannel log;
    private final AtomicInteger starts = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);
    private final boolean standsStill;

    private CrashWorker(String name, FileChannel log, boolean standsStill) {
        this.name = name;
        this.log = log;
        this.standsStill = standsStill;
    }

    /** Arguments: its name, the emulator, the project, the mode, the log, whether a task stands still. */
    public static void main(String[] args) throws Exception {
        FileChannel log = FileChannel.open(Path.of(args[4]), StandardOpenOption.APPEND);
        CrashWorker worker = new CrashWorker(args[0], log, Boolean.parseBoolean(args[5]));
        FirestoreOptions.Builder options = FirestoreOptions.newBuilder();
        options.setEmulatorHost(args[1]);
        options.setProjectId(args[2]);
        Firestore client = options.build().getService();
        FirestoreHeartbeatStore store = FirestoreHeartbeatStore.builder()
                .client(client)
                .mode(FindMode.valueOf(args[3]))
                .build();
        try (Heartbeat heartbeat = Heartbeat.builder(store)
                .name(args[0])
                .lease(LEASE)
                .upcoming(0)
                .task("send-mail", worker)
                .build()) {
            worker.obey(heartbeat);
        } finally {
            client.shutdown();
        }
    }

    private void obey(Heartbeat heartbeat) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say("ready");
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals("go")) {
                go.countDown();
            } else {
                Thread pulse = new Thread(() -> pulse(heartbeat));
                pulse.start();
            }
        }
    }

    /** A machine under load may be too slow for a call: as from a source of pulses, the next one goes on then. */
    private void pulse(Heartbeat heartbeat) {
        while (true) {
            long begin = System.currentTimeMillis();
            try {
                Pulse pulse = heartbeat.pulse();
                write("pulsed", Long.toString(begin), "");
                tell(pulse);
                return;
            } catch (StoreException e) {
                System.err.println(e.getMessage());
            }
        }
    }

    /** The fires of which this process knows that they were recorded under its claim. */
    private void tell(Pulse pulse) {
        List<String> executed = pulse.details().stream()
                .filter(detail -> detail.outcome() == Outcome.EXECUTED)
                .map(detail -> detail.id())
                .toList();
        executed.forEach(id -> write("recorded", id, ""));
        say("pulsed " + executed.size());
    }

    @Override
    public TaskResult execute(TaskContext context) throws InterruptedException {
        write("started", context.scheduleId(), context.token().value());
        int start = starts.incrementAndGet();
        if (standsStill && start >= STANDS_STILL_AT) {
            if (start == STANDS_STILL_AT) {
                say("standing still in " + context.scheduleId());
            }
            go.await();
        }
        return TaskResult.done();
    }

    /** One write to a file that is open for appending goes to its end in one piece, whoever else writes. */
    private void write(String what, String id, String token) {
        String line = String.join(" ", what, id, name, Long.toString(System.currentTimeMillis()), token);
        try {
            log.write(ByteBuffer.wrap((line.strip() + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
