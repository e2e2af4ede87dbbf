package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Intercepted.Call;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.schedule.CatchUp;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.Backfill;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.HeartbeatRecord;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StoredHeartbeat;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.Outcome;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A bug that is put between the engine and its store, where it has the effect of a bug in either: what is read and written
 * there is all that they know of each other.
 *
 * @param name what it does
 * @param foundAs the rules that the checks see broken, any of them
 * @param plant what it makes of a call
 */
record PlantedBug(String name, Set<String> foundAs, Plant plant)
        implements Function<InMemoryHeartbeatStore, HeartbeatStore> {
    private interface Plant {
        Object call(Call call, InMemoryHeartbeatStore store) throws Throwable;
    }

    static List<PlantedBug> all() {
        return List.of(
                records(
                        "the end of a run is taken, and never stands in the ledger",
                        PlantedBug::withoutEnd,
                        LedgerCheck.LOST),
                claims(
                        "a claim is granted whatever has happened since the read",
                        PlantedBug::readAgain,
                        StartCheck.TWICE),
                claims("a take-over that only settles writes lastRun", PlantedBug::withLastRun, ForceCheck.LOST),
                records("a forced run moves the cursor to its end", PlantedBug::withCursor, LedgerCheck.LOST),
                heartbeats("an idle pulse erases the errors of others", PlantedBug::withoutOthers, BeatCheck.ERASED),
                heartbeats("errors are not written", PlantedBug::withoutErrors, BeatCheck.SILENT),
                records("a run is counted as missed too", PlantedBug::alsoMissed, LedgerCheck.TWICE),
                records("a failure is told as a success", PlantedBug::asSuccess, LedgerCheck.UNTRUE),
                records("a retry moves the cadence", PlantedBug::movingTheCadence, StartCheck.CADENCE),
                records("attempts are not counted", PlantedBug::withoutAttempts, StartCheck.ATTEMPTS),
                claims("a wish is not taken when it is granted", PlantedBug::withoutLastRun, ForceCheck.UNASKED),
                records("a series counts one too many", PlantedBug::withLongerSeries, LedgerCheck.INVENTED),
                plant("renew", "renewals are answered, not written", PlantedBug::unrenewed, StartCheck.TWICE),
                plant("record", "a record is refused although its claim holds", PlantedBug::refused, StartCheck.LEASE),
                plant("appendRuns", "a late answer is not noted", (call, store) -> null, LedgerCheck.UNRECORDED),
                plant("findDue", "what is disabled is found", PlantedBug::withDisabled, StartCheck.HELD_BACK),
                plant("findDue", "the clock of the store is not looked at", PlantedBug::clockless, StartCheck.EARLY),
                plant("savePulse", "a pulse stumbles over itself", PlantedBug::stumbling, Checker.DEFECT),
                schedules(
                        "where every fire runs only the latest does",
                        catchUp -> catchUp.isAll() ? CatchUp.once() : catchUp,
                        CatchUpCheck.PASSED_OVER),
                schedules(
                        "late fires are run one by one",
                        catchUp -> catchUp.isAll() ? catchUp : CatchUp.all(),
                        CatchUpCheck.NOT_LATEST),
                schedules(
                        "one pulse runs all that is left",
                        catchUp -> catchUp.isAll() ? CatchUp.all() : catchUp,
                        CatchUpCheck.TOO_MANY),
                schedules("the age of a fire is not looked at", PlantedBug::ageless, CatchUpCheck.TOO_OLD),
                claims("a backfill leaves a fire out", PlantedBug::skippingOne, BackfillCheck.LOST),
                plant("read", "circuits are not looked at", (call, store) -> read(call, "breaker"), CircuitCheck.OPEN),
                plant("read", "the place of a probe is not looked at", PlantedBug::probeless, CircuitCheck.TWO_PROBES),
                plant(
                        "read",
                        "wide pauses are not looked at",
                        (call, store) -> read(call, "pauses"),
                        StartCheck.HELD_BACK),
                plant("findDue", "a limit is not looked at", PlantedBug::withoutQueues, LimitCheck.EXCEEDED),
                plant(
                        "record",
                        "an answer that comes too late is told that it counts",
                        PlantedBug::neverRefused,
                        AnswerCheck.TWICE,
                        AnswerCheck.UNTRUE),
                records(
                        "what goes on elsewhere is waited for a second only",
                        PlantedBug::impatient,
                        StartCheck.OVERLAP,
                        StartCheck.TWICE),
                records("a cancelled run is told as a success", PlantedBug::cancelledAsSuccess, LedgerCheck.UNTRUE),
                plant("edit", "the wish to end a fire is not written", PlantedBug::unwished, StartCheck.CALLED_OFF),
                plant(
                        "findDue",
                        "what was called off is not found",
                        PlantedBug::withoutCalledOff,
                        LedgerCheck.UNENDED));
    }

    @Override
    public HeartbeatStore apply(InMemoryHeartbeatStore store) {
        return Intercepted.store(store, call -> plant.call(call, store));
    }

    /** Tells whether that is how the checks must see it. */
    boolean isFoundAs(Violation violation) {
        return foundAs.contains(violation.rule());
    }

    @Override
    public String toString() {
        return name;
    }

    private static PlantedBug plant(String verb, String name, Plant plant, String... foundAs) {
        return new PlantedBug(
                name,
                Set.of(foundAs),
                (call, store) -> call.verb().equals(verb) ? plant.call(call, store) : call.proceed());
    }

    /** Schedules are read with another catch-up. */
    private static PlantedBug schedules(String name, UnaryOperator<CatchUp> change, String foundAs) {
        UnaryOperator<Schedule> read = schedule ->
                schedule.toBuilder().catchUp(change.apply(schedule.catchUp())).build();
        return new PlantedBug(name, Set.of(foundAs), (call, store) -> switch (call.verb()) {
            case "findDue" -> found(call, read);
            case "schedule" ->
                ((Optional<?>) call.proceed())
                        .map(StoredSchedule.class::cast)
                        .map(stored -> changed(stored, read.apply(stored.schedule())));
            default -> call.proceed();
        });
    }

    private static PlantedBug records(String name, UnaryOperator<RecordRequest> change, String... foundAs) {
        return new PlantedBug(
                name, Set.of(foundAs), (call, store) -> changed(call, "record", RecordRequest.class, change));
    }

    private static PlantedBug claims(
            String name, BiFunction<ClaimRequest, InMemoryHeartbeatStore, ClaimRequest> change, String foundAs) {
        return new PlantedBug(
                name,
                Set.of(foundAs),
                (call, store) -> changed(call, "claim", ClaimRequest.class, request -> change.apply(request, store)));
    }

    private static <R> Object changed(Call call, String verb, Class<R> type, UnaryOperator<R> change) throws Throwable {
        if (!call.verb().equals(verb)) {
            return call.proceed();
        }
        Object[] arguments = call.arguments().clone();
        List<R> requests = new ArrayList<>();
        ((List<?>) arguments[0]).forEach(request -> requests.add(change.apply(type.cast(request))));
        arguments[0] = requests;
        return call.proceed(arguments);
    }

    private static PlantedBug heartbeats(
            String name, BiFunction<HeartbeatRecord, List<HeartbeatError>, List<HeartbeatError>> kept, String foundAs) {
        return new PlantedBug(name, Set.of(foundAs), (call, store) -> {
            if (!call.verb().equals("saveHeartbeat")) {
                return call.proceed();
            }
            List<HeartbeatError> stored = store.heartbeat(World.LIMIT)
                    .map(StoredHeartbeat::heartbeat)
                    .map(HeartbeatRecord::errors)
                    .orElse(List.of());
            Object[] arguments = call.arguments().clone();
            HeartbeatRecord record = (HeartbeatRecord) arguments[0];
            arguments[0] = with(record, kept.apply(record, stored));
            return call.proceed(arguments);
        });
    }

    private static HeartbeatRecord with(HeartbeatRecord record, List<HeartbeatError> errors) {
        return new HeartbeatRecord(
                record.beat(),
                record.timestamp(),
                record.schedulesProcessed(),
                record.schedulesExecuted(),
                record.browserTasksProcessed(),
                record.browserTasksExecuted(),
                errors,
                errors.size(),
                record.nextPulseExpected(),
                record.pulseId(),
                record.source(),
                record.durationMs());
    }

    private static List<HeartbeatError> withoutOthers(HeartbeatRecord record, List<HeartbeatError> stored) {
        return stored.containsAll(record.errors()) ? List.of() : record.errors();
    }

    private static List<HeartbeatError> withoutErrors(HeartbeatRecord record, List<HeartbeatError> stored) {
        return List.of();
    }

    private static ClaimRequest readAgain(ClaimRequest request, InMemoryHeartbeatStore store) {
        return store.schedule(request.scheduleId())
                .map(seen -> new ClaimRequest(
                        seen, request.state(), request.startedAt(), request.lease(), request.superseded()))
                .orElse(request);
    }

    private static ClaimRequest withLastRun(ClaimRequest request, InMemoryHeartbeatStore store) {
        PendingFire before = request.seen().state().pending();
        boolean takesOver = before != null
                && before.state() == PendingFire.State.CLAIMED
                && before.key().equals(request.fire().key());
        return takesOver && request.startedAt() == null
                ? startedAt(request, request.seen().state().wrote())
                : request;
    }

    private static ClaimRequest withoutLastRun(ClaimRequest request, InMemoryHeartbeatStore store) {
        return startedAt(request, null);
    }

    private static ClaimRequest startedAt(ClaimRequest request, Instant at) {
        return new ClaimRequest(request.seen(), request.state(), at, request.lease(), request.superseded());
    }

    private static RecordRequest withoutEnd(RecordRequest request) {
        return with(request, request.state(), run(request.run(), Outcome.RUNNING), request.missed());
    }

    private static RecordRequest asSuccess(RecordRequest request) {
        boolean failed = request.run().outcome() == Outcome.FAILED;
        return failed
                ? with(request, request.state(), run(request.run(), Outcome.EXECUTED), request.missed())
                : request;
    }

    private static RecordRequest withCursor(RecordRequest request) {
        ScheduleState state = request.state();
        ScheduleState moved = new ScheduleState(
                request.run().endedAt(), state.wrote(), state.rule(), state.pending(), state.failures());
        return request.token().fireKey().startsWith("force-")
                ? with(request, moved, request.run(), request.missed())
                : request;
    }

    private static RecordRequest alsoMissed(RecordRequest request) {
        RunRecord run = request.run();
        if (!run.isEnd() || request.token().fireKey().startsWith("force-")) {
            return request;
        }
        List<RunRecord> missed = new ArrayList<>(request.missed());
        missed.add(with(run, "coalesced-" + run.key(), Outcome.MISSED));
        return with(request, request.state(), run, missed);
    }

    private static RecordRequest movingTheCadence(RecordRequest request) {
        PendingFire waiting = request.state().pending();
        if (waiting == null || waiting.forced() || request.completeWithin() != null) {
            return request;
        }
        PendingFire moved = new PendingFire(
                waiting.key(),
                waiting.until(),
                false,
                waiting.starts(),
                waiting.state(),
                null,
                null,
                waiting.until(),
                waiting.missed(),
                false);
        return with(request, request.state().withPending(moved), request.run(), request.missed());
    }

    private static RecordRequest withoutAttempts(RecordRequest request) {
        PendingFire waiting = request.state().pending();
        return waiting == null || request.completeWithin() != null
                ? request
                : with(
                        request,
                        request.state().withPending(waiting.waiting(0, waiting.until())),
                        request.run(),
                        request.missed());
    }

    private static RecordRequest with(
            RecordRequest request, ScheduleState state, RunRecord run, List<RunRecord> missed) {
        return new RecordRequest(request.token(), state, request.lastResult(), run, missed, request.completeWithin());
    }

    private static RunRecord run(RunRecord run, Outcome outcome) {
        return with(run, run.key(), outcome);
    }

    private static RunRecord with(RunRecord run, String key, Outcome outcome) {
        return new RunRecord(
                run.scheduleId(),
                key,
                run.task(),
                run.queue(),
                outcome,
                run.reason(),
                run.fireTime(),
                run.firstFire(),
                run.count(),
                run.exact(),
                run.attempt(),
                run.token(),
                run.pulseId(),
                run.startedAt(),
                run.endedAt(),
                run.error(),
                run.result());
    }

    private static RecordRequest withLongerSeries(RecordRequest request) {
        List<RunRecord> missed = new ArrayList<>();
        for (RunRecord series : request.missed()) {
            missed.add(new RunRecord(
                    series.scheduleId(),
                    series.key(),
                    series.task(),
                    series.queue(),
                    series.outcome(),
                    series.reason(),
                    series.fireTime(),
                    series.firstFire(),
                    series.count() + 1,
                    series.exact(),
                    series.attempt(),
                    series.token(),
                    series.pulseId(),
                    series.startedAt(),
                    series.endedAt(),
                    series.error(),
                    series.result()));
        }
        return with(request, request.state(), request.run(), missed);
    }

    private static Object unrenewed(Call call, InMemoryHeartbeatStore store) {
        List<Claim> claims = new ArrayList<>();
        for (Object renewal : (List<?>) call.arguments()[0]) {
            store.claimByToken(((Renewal) renewal).token(), World.LIMIT).ifPresent(claims::add);
        }
        return claims;
    }

    private static Object refused(Call call, InMemoryHeartbeatStore store) {
        List<RunToken> refused = new ArrayList<>();
        ((List<?>) call.arguments()[0]).forEach(request -> refused.add(((RecordRequest) request).token()));
        return refused;
    }

    private static Object withDisabled(Call call, InMemoryHeartbeatStore store) throws Throwable {
        Found found = (Found) call.proceed();
        List<StoredSchedule> due = new ArrayList<>(found.due());
        for (StoredSchedule stored : store.schedules(null, 1_000).items()) {
            if (!stored.schedule().enabled()) {
                due.add(changed(
                        stored, stored.schedule().toBuilder().enabled(true).build()));
            }
        }
        return with(found, due, found.storeTime());
    }

    private static Object clockless(Call call, InMemoryHeartbeatStore store) throws Throwable {
        Found found = (Found) call.proceed();
        return with(found, found.due(), Optional.empty());
    }

    private static CatchUp ageless(CatchUp catchUp) {
        return catchUp.isAll() ? CatchUp.all(catchUp.runsPerPulse()) : CatchUp.once();
    }

    private static ClaimRequest skippingOne(ClaimRequest request, InMemoryHeartbeatStore store) {
        Backfill backfill = request.state().backfill();
        if (!request.fire().backfilled() || backfill == null || backfill.next() == null) {
            return request;
        }
        Instant next = request.seen()
                .schedule()
                .nextFire(backfill.next())
                .filter(backfill::holds)
                .orElse(null);
        return new ClaimRequest(
                request.seen(),
                request.state().withBackfill(backfill.withNext(next)),
                request.startedAt(),
                request.lease(),
                request.superseded());
    }

    /** Reads state documents, but none of the kind. */
    private static Object read(Call call, String withoutKind) throws Throwable {
        List<StateCell> cells = cells(call);
        cells.removeIf(cell -> cell.key().kind().equals(withoutKind));
        return cells;
    }

    private static Object probeless(Call call, InMemoryHeartbeatStore store) throws Throwable {
        List<StateCell> cells = cells(call);
        cells.replaceAll(cell -> {
            Map<String, Object> value = new HashMap<>(cell.value());
            value.remove("probe");
            return new StateCell(cell.key(), cell.version(), value);
        });
        return cells;
    }

    private static List<StateCell> cells(Call call) throws Throwable {
        List<StateCell> cells = new ArrayList<>();
        ((List<?>) call.proceed()).forEach(cell -> cells.add((StateCell) cell));
        return cells;
    }

    private static Object withoutQueues(Call call, InMemoryHeartbeatStore store) throws Throwable {
        return found(call, schedule -> schedule.toBuilder().queue(null).build());
    }

    private static Object neverRefused(Call call, InMemoryHeartbeatStore store) throws Throwable {
        call.proceed();
        return List.of();
    }

    private static RecordRequest impatient(RecordRequest request) {
        return request.completeWithin() == null
                ? request
                : new RecordRequest(
                        request.token(),
                        request.state(),
                        request.lastResult(),
                        request.run(),
                        request.missed(),
                        Duration.ofSeconds(1));
    }

    private static RecordRequest cancelledAsSuccess(RecordRequest request) {
        return request.run().outcome() == Outcome.CANCELLED
                ? with(request, request.state(), run(request.run(), Outcome.EXECUTED), request.missed())
                : request;
    }

    private static Object withoutCalledOff(Call call, InMemoryHeartbeatStore store) throws Throwable {
        Found found = (Found) call.proceed();
        List<StoredSchedule> due = new ArrayList<>(found.due());
        due.removeIf(stored ->
                stored.state().pending() != null && stored.state().pending().cancelRequested());
        return with(found, due, found.storeTime());
    }

    private static Object unwished(Call call, InMemoryHeartbeatStore store) throws Throwable {
        return call.find(ScheduleEdit.class).cancel() ? Optional.of(call.find(Version.class)) : call.proceed();
    }

    private static Object found(Call call, UnaryOperator<Schedule> change) throws Throwable {
        Found found = (Found) call.proceed();
        List<StoredSchedule> due = new ArrayList<>();
        for (StoredSchedule stored : found.due()) {
            due.add(changed(stored, change.apply(stored.schedule())));
        }
        return with(found, due, found.storeTime());
    }

    private static StoredSchedule changed(StoredSchedule stored, Schedule schedule) {
        return new StoredSchedule(
                schedule,
                stored.lastRun(),
                stored.lastResult(),
                stored.pause(),
                stored.state(),
                stored.writtenAt(),
                stored.version());
    }

    private static Object stumbling(Call call, InMemoryHeartbeatStore store) {
        throw new ArithmeticException("planted");
    }

    private static Found with(Found found, List<StoredSchedule> due, Optional<Instant> storeTime) {
        return new Found(due, found.next(), found.unreadable(), found.upcoming(), found.held(), storeTime);
    }
}
