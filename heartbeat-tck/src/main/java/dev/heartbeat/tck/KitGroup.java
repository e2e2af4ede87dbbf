package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.Claim;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.DuePosition;
import dev.heartbeat.store.DueQuery;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.Renewal;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What all groups of tests share: the store under test, its time, and the steps that come again and again. */
abstract class KitGroup {
    static final CallLimit LIMIT = CallLimit.of(Duration.ofSeconds(30));

    /** A store that never says "that was the last page" must fail a test and not hang it. */
    private static final int MOST_PAGES = 2_000;

    private final HeartbeatStoreKit kit;

    KitGroup(HeartbeatStoreKit kit) {
        this.kit = kit;
    }

    final HeartbeatStore store() {
        return kit.store();
    }

    /** The store's time. */
    final Instant now() {
        return kit.storeClock().now();
    }

    /** Lets the store's time pass. */
    final void pass(Duration duration) {
        kit.storeClock().pass(duration);
    }

    final Duration lease() {
        return kit.storeClock().lease();
    }

    /** An instant that the store took from its clock between then and now: exactly known if the clock stands still. */
    final void assertTaken(@Nullable Instant instant, Instant then) {
        Duration tolerance = kit.storeClock().tolerance();
        assertThat(instant).as("the store's time").isBetween(then.minus(tolerance), now().plus(tolerance));
    }

    /** The end of a lease that began between then and now. */
    final void assertLeaseEnd(@Nullable Instant until, Instant then, Duration lease) {
        assertThat(until).as("end of the lease").isNotNull();
        assertTaken(Objects.requireNonNull(until).minus(lease), then);
    }

    // documents

    final void putDocument(String id, Map<String, @Nullable Object> fields) {
        kit.putDocument(store(), id, fields);
    }

    final Map<String, @Nullable Object> document(String id) {
        return new LinkedHashMap<>(kit.document(store(), id).orElseThrow());
    }

    final boolean hasDocument(String id) {
        return kit.document(store(), id).isPresent();
    }

    /** A field that is nobody's came through the writes. */
    final void assertKept(String id, String field, Object value) {
        if (kit.keepsUnknownFields()) {
            assertThat(document(id)).as("document %s", id).containsEntry(field, value);
        }
    }

    /** A person loads the document, changes it and saves the whole of it. */
    final void editByHand(String id, Consumer<Map<String, @Nullable Object>> change) {
        Map<String, @Nullable Object> fields = document(id);
        change.accept(fields);
        putDocument(id, fields);
    }

    /** A schedule as a person writes it. */
    static Map<String, @Nullable Object> fields(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("enabled", true);
        fields.put("cron", "@every PT1H");
        fields.put("task", Sample.TASK);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return fields;
    }

    // schedules

    final StoredSchedule create(Schedule schedule, LastRun lastRun, ScheduleState state) {
        Optional<Version> version = store().edit(ScheduleEdit.create(schedule, lastRun, null, state), Version.NONE);
        assertThat(version).as("version of the new document " + schedule.id()).isPresent();
        return read(schedule.id());
    }

    /** Makes a one-off whose wakeAt is the instant. */
    final void createOnce(String id, Instant wakeAt) {
        create(Sample.once(id, wakeAt), LastRun.MISSING, ScheduleState.NEW);
    }

    /** Makes an hourly schedule whose fire at the last full hour is due. */
    final StoredSchedule createDue(String id) {
        return createDue(Sample.hourly(id), 1);
    }

    /** Makes a schedule with so many hourly fires due. */
    final StoredSchedule createDue(Schedule schedule, int fires) {
        Instant cursor = lastHour().minus(Sample.HOUR.multipliedBy(fires));
        return create(schedule, LastRun.MISSING, ScheduleState.startingAt(cursor, schedule.rule()));
    }

    /** The fire time of {@link #createDue}. */
    final Instant lastHour() {
        return now().truncatedTo(ChronoUnit.HOURS);
    }

    final StoredSchedule read(String id) {
        return store().schedule(id).orElseThrow(() -> new AssertionError("no readable schedule '" + id + "'"));
    }

    final List<StoredSchedule> readAll(List<String> ids) {
        return ids.stream().map(this::read).toList();
    }

    // claims

    final ClaimRequest request(StoredSchedule seen) {
        return Sample.claim(seen, now(), lease());
    }

    final List<Claim> claim(ClaimRequest... requests) {
        return store().claim(List.of(requests), LIMIT);
    }

    /** Claims, and fails unless the claim is won. */
    final Claim win(ClaimRequest request) {
        List<Claim> won = claim(request);
        assertThat(won).extracting(Claim::token).as("claims won").containsExactly(request.token());
        return won.get(0);
    }

    /** Makes a due schedule and wins its fire. */
    final ClaimRequest createClaimed(String id) {
        ClaimRequest request = request(createDue(id));
        win(request);
        return request;
    }

    /** Wins what the schedule has due or pending now: a retry or a take-over. */
    final ClaimRequest takeOver(String id) {
        ClaimRequest request = request(read(id));
        win(request);
        return request;
    }

    final List<RunToken> renew(RunToken... tokens) {
        return renewFor(lease(), tokens).stream().map(Claim::token).toList();
    }

    final List<Claim> renewFor(Duration lease, RunToken... tokens) {
        return store().renew(Stream.of(tokens).map(Renewal::of).toList(), lease, LIMIT);
    }

    final List<RunToken> release(RunToken... tokens) {
        return store().release(List.of(tokens), LIMIT);
    }

    /** Records, and returns the refused tokens. */
    final List<RunToken> record(RecordRequest... requests) {
        return store().record(List.of(requests), LIMIT);
    }

    /** Records a success, and fails unless it is recorded. */
    final RunRecord end(ClaimRequest claim) {
        RecordRequest record = Sample.executed(claim, now());
        assertThat(record(record)).as("refused tokens").isEmpty();
        return record.run();
    }

    final boolean isInForce(RunToken token) {
        return store().claimByToken(token, LIMIT).isPresent();
    }

    // lists

    final Found find(Instant now, @Nullable DuePosition after, int limit, int upcoming) {
        return store().findDue(new DueQuery(now, after, limit, upcoming, LIMIT));
    }

    /** Everything on all pages, over-returned ones left out; checks order and limit on the way. */
    final List<StoredSchedule> findAll(Instant now, int limit) {
        List<StoredSchedule> all = new ArrayList<>();
        DuePosition after = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            Found found = find(now, after, limit, 0);
            assertThat(found.due()).as("page %s", page).hasSizeLessThanOrEqualTo(limit);
            all.addAll(found.due());
            if (found.next().isEmpty()) {
                assertThat(all)
                        .extracting(DuePosition::of)
                        .as("places of what was found")
                        .isSorted()
                        .doesNotHaveDuplicates();
                return all.stream().filter(seen -> !seen.wakeAt().isAfter(now)).toList();
            }
            after = found.next().get();
        }
        throw new AssertionError("paging through what is due does not end");
    }

    final List<String> dueIds(Instant now) {
        return ids(findAll(now, 100));
    }

    static List<String> ids(List<StoredSchedule> schedules) {
        return schedules.stream().map(StoredSchedule::id).toList();
    }

    /** All ledger entries of the schedule, newest end first. */
    final List<RunRecord> ledger(String scheduleId) {
        return allPages(after -> store().runs(new RunQuery(scheduleId, after, 100)));
    }

    static <T> List<T> allPages(Function<@Nullable String, Page<T>> list) {
        List<T> all = new ArrayList<>();
        String after = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            Page<T> items = list.apply(after);
            all.addAll(items.items());
            if (items.next().isEmpty()) {
                return all;
            }
            after = items.next().get();
        }
        throw new AssertionError("paging does not end");
    }
}
