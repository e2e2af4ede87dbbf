package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.WriteBatch;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes at one database, of which one is killed in the middle of a pulse, and another stopped in one until its leases
 * are over and then resumed. What is proven comes from the log that the tasks themselves write, and from the ledger.
 */
@NeedsEmulator
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CrashTest {
    private static final int SCHEDULES = 2_000;

    private final TestProject project = new TestProject();
    private final FirestoreHeartbeatStore store =
            FirestoreHeartbeatStore.builder().client(project.client()).build();
    private final List<Running> processes = new ArrayList<>();

    @TempDir
    Path folder;

    private Path log;

    @AfterEach
    void end() throws Exception {
        for (Running each : processes) {
            each.process.destroyForcibly();
        }
        for (Running each : processes) {
            assertThat(each.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        project.close();
    }

    @Test
    void twoProcessesOneKilledAndTheOtherStoppedPastItsLease() throws Exception {
        prove(FindMode.SCAN, 0);
    }

    @Test
    void fourProcessesOneKilledAndAnotherStoppedPastItsLease() throws Exception {
        prove(FindMode.INDEXED, 2);
    }

    private void prove(FindMode mode, int others) throws Exception {
        log = Files.createFile(folder.resolve("starts.log"));
        writeSchedules();
        Running killed = start("killed", mode, true);
        Running stopped = start("stopped", mode, true);
        List<Running> survivors = new ArrayList<>();
        for (int i = 1; i <= others; i++) {
            survivors.add(start("other-" + i, mode, false));
        }
        for (Running each : processes) {
            each.await("ready");
        }

        killed.tell("pulse");
        stopped.tell("pulse");
        String heldByKilled = killed.await("standing still in ");
        String heldByStopped = stopped.await("standing still in ");
        assertThat(killed.process.destroyForcibly().waitFor(30, TimeUnit.SECONDS)) // SIGKILL
                .isTrue();
        long killedAt = System.currentTimeMillis();
        signal("-STOP", stopped.process);
        try {
            while (!survivors.isEmpty() && entries().size() < SCHEDULES) {
                pulse(survivors);
            }
            awaitEndOfLease(heldByKilled);
            awaitEndOfLease(heldByStopped);
        } finally {
            signal("-CONT", stopped.process);
        }
        stopped.tell("go");
        stopped.await("pulsed ");
        survivors.add(stopped);
        while (entries().size() < SCHEDULES) {
            pulse(survivors);
        }

        List<Line> lines = readLog();
        assertEveryFireIsDoneOnce(lines);
        assertOnlyWhatWasInFlightIsStartedTwice(lines, Set.of("killed", "stopped"));
        assertTheNextPulseTakesUpWhatWasInFlight(mode, lines, killedAt);
    }

    private void assertEveryFireIsDoneOnce(List<Line> lines) {
        List<RunRecord> entries = entries();
        assertThat(entries)
                .extracting(RunRecord::scheduleId)
                .doesNotHaveDuplicates()
                .hasSize(SCHEDULES);
        assertThat(entries).extracting(RunRecord::outcome).containsOnly(Outcome.EXECUTED);
        assertThat(lines.stream().filter(line -> line.what().equals("started")).map(Line::id))
                .as("tasks that were started")
                .hasSizeGreaterThanOrEqualTo(SCHEDULES)
                .containsAll(entries.stream().map(RunRecord::scheduleId).toList());
        assertThat(lines.stream().filter(line -> line.what().equals("recorded")).map(Line::id))
                .as("told as recorded by a process")
                .doesNotHaveDuplicates();
    }

    private void assertOnlyWhatWasInFlightIsStartedTwice(List<Line> lines, Set<String> interrupted) {
        Map<String, String> recordedToken = entries().stream()
                .collect(Collectors.toMap(
                        RunRecord::scheduleId,
                        run -> run.token() == null ? "" : run.token().value()));
        assertThat(lines.stream().filter(line -> line.what().equals("started")).map(Line::token))
                .as("claims under which a task was started")
                .doesNotHaveDuplicates();
        starts(lines).forEach((id, starts) -> {
            Line last = starts.get(starts.size() - 1);
            assertThat(starts.subList(0, starts.size() - 1))
                    .as("earlier starts of " + id)
                    .allSatisfy(earlier -> {
                        assertThat(interrupted).contains(earlier.process());
                        assertThat(earlier.token())
                                .isNotEqualTo(recordedToken.get(id)); // then it was over, and not in flight
                    });
            assertThat(last.token()).as("token of the record of " + id).isEqualTo(recordedToken.get(id));
        });
    }

    private static Map<String, List<Line>> starts(List<Line> lines) {
        return lines.stream()
                .filter(line -> line.what().equals("started"))
                .collect(Collectors.groupingBy(Line::id, TreeMap::new, Collectors.toList()));
    }

    /**
     * The bar is that work of a dead process is taken up within 25 seconds: a lease of 20 seconds, and an interval of 5
     * until the next pulse. Here the lease is shorter, and a pulse comes when the test says so. What the store owes of the
     * bar is an order of events, and does not depend on how fast the machine is: no claim outlives its lease by the
     * server's clock, which is this machine's, so the first pulse that begins after it, or one beside it, takes it all up.
     */
    private static void assertTheNextPulseTakesUpWhatWasInFlight(FindMode mode, List<Line> lines, long killedAt) {
        long leasesOver = killedAt + CrashWorker.LEASE.toMillis();
        List<Line> pulses =
                lines.stream().filter(line -> line.what().equals("pulsed")).toList();
        Optional<Line> next = pulses.stream()
                .filter(pulse -> pulse.begin() > leasesOver)
                .min(Comparator.comparing(Line::begin)); // none if all was taken up before
        long end = next.stream()
                .flatMap(last -> pulses.stream()
                        .filter(pulse ->
                                pulse.begin() > killedAt && pulse.begin() <= last.at())) // not the stopped one's own
                .mapToLong(Line::at)
                .max()
                .orElse(Long.MAX_VALUE);
        List<Line> takenUp = starts(lines).values().stream()
                .filter(starts -> starts.size() > 1 && starts.get(0).process().equals("killed"))
                .map(starts -> starts.get(1))
                .toList();
        assertThat(takenUp)
                .as("second starts of what the killed process had in flight")
                .isNotEmpty()
                .allSatisfy(start -> assertThat(start.at()).isLessThanOrEqualTo(end));
        LongSummaryStatistics pickUps =
                takenUp.stream().mapToLong(start -> start.at() - killedAt).summaryStatistics();
        System.out.printf(
                "crash proof, %s: %d fires in flight in the killed process were taken up %d to %d ms later, lease %d ms"
                        + " (bar 25000 ms, lease 20000 ms)%n",
                mode, pickUps.getCount(), pickUps.getMin(), pickUps.getMax(), CrashWorker.LEASE.toMillis());
    }

    private void writeSchedules() {
        for (int from = 0; from < SCHEDULES; from += 500) {
            WriteBatch batch = project.client().batch();
            for (int i = from; i < from + 500; i++) {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                fields.put("enabled", true);
                fields.put("cron", "0 0 29 2 *");
                fields.put("task", "send-mail");
                fields.put("lastRun", null);
                batch.create(project.client().document("schedules/s-" + i), fields);
            }
            TestProject.get(batch.commit());
        }
    }

    /** The ends of fires; beside them the ledger has notes of late answers. */
    private List<RunRecord> entries() {
        List<RunRecord> entries = new ArrayList<>();
        for (Optional<RunQuery> query = Optional.of(RunQuery.newest(1_000)); query.isPresent(); ) {
            Page<RunRecord> page = store.runs(query.get());
            page.items().stream()
                    .filter(run -> !RunRecord.FENCED.equals(run.reason()))
                    .forEach(entries::add);
            query = query.get().after(page);
        }
        return entries;
    }

    /** Waits, by the server's time, until the claim of the schedule has run out or was taken over. */
    private void awaitEndOfLease(String id) throws InterruptedException {
        while (true) {
            PendingFire pending = store.schedule(id).orElseThrow().state().pending();
            Instant now = Neutral.instant(project.read("schedules/" + id).getReadTime());
            if (pending == null || pending.until() == null || pending.until().isBefore(now)) {
                return;
            }
            assertThat(processes.get(1).process.waitFor(100, TimeUnit.MILLISECONDS))
                    .isFalse();
        }
    }

    private static void pulse(List<Running> all) throws IOException {
        for (Running each : all) {
            each.tell("pulse");
        }
        for (Running each : all) {
            each.await("pulsed ");
        }
    }

    private static void signal(String signal, Process process) throws Exception {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    private Running start(String name, FindMode mode, boolean standsStill) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashWorker.class.getName(),
                        name,
                        Emulator.shared().host(),
                        project.name(),
                        mode.name(),
                        log.toString(),
                        Boolean.toString(standsStill))
                .redirectError(folder.resolve(name + ".err").toFile())
                .start();
        Running running = new Running(process);
        processes.add(running);
        return running;
    }

    private List<Line> readLog() throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(Line::parse).toList();
        }
    }

    record Line(String what, String id, String process, long at, String token) {
        static Line parse(String text) {
            String[] parts = text.split(" ");
            return new Line(parts[0], parts[1], parts[2], Long.parseLong(parts[3]), parts.length > 4 ? parts[4] : "");
        }

        /** When the pulse began that the line tells of. */
        long begin() {
            return Long.parseLong(id);
        }
    }

    private static final class Running {
        private final Process process;
        private final BufferedReader output;

        Running(Process process) {
            this.process = process;
            this.output = process.inputReader(StandardCharsets.UTF_8);
        }

        void tell(String order) throws IOException {
            process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        /** Reads on until a line begins so; returns what follows in it. */
        String await(String begin) throws IOException {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(begin)) {
                    return line.substring(begin.length());
                }
            }
            throw new AssertionError("process " + process.pid() + " ended before it said: " + begin);
        }
    }
}
