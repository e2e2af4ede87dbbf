package dev.heartbeat.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.ClaimRequest;
import dev.heartbeat.store.Found;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.Unreadable;
import dev.heartbeat.store.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

abstract class UnreadableGroup extends KitGroup {
    UnreadableGroup(HeartbeatStoreKit kit) {
        super(kit);
    }

    @Test
    void whatIsWrongIsToldAndAllOthersAreFound() {
        Map<String, String> wrongFields = putWrongOnes();
        createDue("a-good");
        createDue("z-good");

        Found found = find(now(), null, 100, 100);

        assertThat(ids(found.due())).containsExactly("a-good", "z-good");
        assertThat(found.unreadable())
                .extracting(Unreadable::id)
                .containsExactlyInAnyOrderElementsOf(wrongFields.keySet());
        assertThat(found.unreadable())
                .allSatisfy(one -> assertThat(one.reason()).contains(wrongFields.get(one.id())));
    }

    @Test
    void claimsOfOthersAreNotDisturbed() {
        putWrongOnes();
        createDue("a-good");
        createDue("z-good");

        List<ClaimRequest> requests =
                find(now(), null, 100, 0).due().stream().map(this::request).toList();

        assertThat(store().claim(requests, LIMIT)).hasSize(2);
        requests.forEach(this::end);
    }

    @Test
    void allOfThemAreListedDisabledOnesToo() {
        Map<String, String> wrongFields = putWrongOnes();
        putDocument("w-enabled-text", fields("enabled", "true"));
        putDocument("w-enabled-missing", Map.of("cron", "@hourly", "task", Sample.TASK));
        putDocument("w-disabled", fields("enabled", false, "cron", "at nine"));
        createDue("good");
        wrongFields.put("w-enabled-text", "enabled");
        wrongFields.put("w-enabled-missing", "enabled");
        wrongFields.put("w-disabled", "cron");

        List<Unreadable> listed = store().unreadable();

        assertThat(listed).extracting(Unreadable::id).containsExactlyInAnyOrderElementsOf(wrongFields.keySet());
        assertThat(listed).allSatisfy(one -> assertThat(one.reason()).contains(wrongFields.get(one.id())));
    }

    @Test
    void disabledOnesAreNotFoundByAPulse() {
        putDocument("w-disabled", fields("enabled", false, "cron", "at nine"));
        putDocument("w-enabled", fields("cron", "at nine"));

        assertThat(find(now(), null, 10, 10).unreadable())
                .extracting(Unreadable::id)
                .containsExactly("w-enabled");
    }

    @Test
    void theyAreNotAmongTheSchedulesAndDoNotEndAPage() {
        createDue("a");
        for (int i = 0; i < 7; i++) {
            putDocument("b-" + i, fields("cron", "at nine"));
        }
        createDue("c");
        createDue("d");

        assertThat(store().schedule("b-1")).isEmpty();
        assertThat(ids(allPages(after -> store().schedules(after, 2)))).containsExactly("a", "c", "d");
        assertThat(dueIds(now())).containsExactly("a", "c", "d");
        assertThat(ids(findAll(now(), 1))).containsExactly("a", "c", "d");
    }

    @Test
    void theyCanBeDeleted() {
        Set<String> wrong = putWrongOnes().keySet();

        for (String id : wrong) {
            assertThat(store().delete(id)).as(id).isTrue();
            assertThat(hasDocument(id)).as(id).isFalse();
        }

        assertThat(store().unreadable()).isEmpty();
        assertThat(find(now(), null, 10, 0).unreadable()).isEmpty();
    }

    @Test
    void aDefinitionMendsThem() {
        putDocument("w-cron", fields("cron", "at nine", "timeout", Map.of(), "comment", "mine"));
        Schedule good = Sample.hourly("w-cron");

        assertThat(store().edit(ScheduleEdit.define(good), Version.ANY)).isPresent();

        assertThat(read("w-cron").schedule()).isEqualTo(good);
        assertKept("w-cron", "comment", "mine");
        assertThat(store().unreadable()).isEmpty();
    }

    @Test
    void theyAreMendedByHand() {
        putDocument("w-cron", fields("cron", "at nine"));

        editByHand("w-cron", fields -> fields.put("cron", "@hourly"));

        assertThat(store().unreadable()).isEmpty();
        assertThat(dueIds(now())).containsExactly("w-cron");
    }

    @Test
    void aDocumentThatBreaksDuringItsRunKeepsTheClaim() {
        ClaimRequest claim = createClaimed("mail");
        editByHand("mail", fields -> fields.put("cron", "at nine"));
        pass(lease().dividedBy(2));

        assertThat(renew(claim.token())).containsExactly(claim.token());
        assertThat(isInForce(claim.token())).isTrue();
        RunRecord entry = end(claim);

        assertThat(ledger("mail")).containsExactly(entry);
        assertThat(document("mail")).containsEntry("cron", "at nine");
        editByHand("mail", fields -> fields.put("cron", "@every PT1H"));
        assertThat(read("mail").state().pending()).isNull();
        assertThat(read("mail").state().cursor()).isEqualTo(lastHour());
    }

    @Test
    void aDocumentThatBreaksBetweenReadAndClaimIsNotClaimed() {
        ClaimRequest request = request(createDue("mail"));
        editByHand("mail", fields -> fields.put("cron", "at nine"));

        assertThat(claim(request)).isEmpty();
        assertThat(document("mail")).containsEntry("cron", "at nine");
    }

    /** Enabled documents that hold no schedule, and the field that each is wrong in. */
    private Map<String, String> putWrongOnes() {
        Map<String, String> wrongFields = new TreeMap<>();
        put(wrongFields, "w-cron-bad", "cron", fields("cron", "0 9 31 2"));
        put(wrongFields, "w-cron-number", "cron", fields("cron", 9L));
        put(wrongFields, "w-task-null", "task", fields("task", null));
        put(wrongFields, "w-params-text", "params", fields("params", "to=ann"));
        put(wrongFields, "w-timeout-text", "timeout", fields("timeout", "ten minutes"));
        put(wrongFields, "w-last-run", "lastRun", fields("lastRun", true));
        put(wrongFields, "w-zone", "timeZone", fields("timeZone", "Mars/Olympus"));
        put(wrongFields, "w-heartbeat", "heartbeat", fields("heartbeat", "green"));
        Map<String, @Nullable Object> noTask = new LinkedHashMap<>(fields());
        noTask.remove("task");
        put(wrongFields, "w-task-missing", "task", noTask);
        return wrongFields;
    }

    private void put(Map<String, String> wrongFields, String id, String field, Map<String, @Nullable Object> fields) {
        putDocument(id, fields);
        wrongFields.put(id, field);
    }
}
