package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Journal.BeatWritten;
import dev.heartbeat.chaos.Journal.Call;
import dev.heartbeat.chaos.Journal.ClaimWritten;
import dev.heartbeat.store.HeartbeatError;
import dev.heartbeat.store.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What happened in a world, line by line in the order of its true time, for people who look into a violation. */
final class Story {
    /** The parts of tokens, owners, notes and pulse ids that are new each time. */
    private static final Pattern RANDOM = Pattern.compile("\\b[0-9a-f]{16}\\b|(?<=\\d{8}T\\d{6}Z-)[0-9a-f]{8}\\b");

    private final Instant start;
    private final List<Line> lines = new ArrayList<>();
    private Set<String> errors = Set.of();

    private record Line(Instant at, String text) {}

    private Story(World.Outcome outcome) {
        start = outcome.plan().start();
        Journal journal = outcome.journal();
        outcome.plan().acts().forEach(act -> add(start.plus(act.at()), "- " + act.deed()));
        journal.people.forEach(did -> add(did.at(), "- " + did.schedule() + " " + did.kind() + ": " + did.after()));
        journal.troubles.forEach(
                trouble -> add(trouble.from, "! " + trouble.life + " " + trouble.what + until(trouble.to)));
        journal.pulses.stream()
                .filter(pulse -> !pulse.life().instance().equals(Plan.JANITOR))
                .forEach(pulse -> add(
                        pulse.from(),
                        pulse.life() + " pulse" + (pulse.busy() ? " busy" : "") + until(pulse.to())
                                + (pulse.failure() == null
                                        ? ""
                                        : ", " + pulse.failure().getMessage())));
        journal.claims.values().forEach(this::claim);
        journal.calls.forEach(this::call);
        journal.beats.forEach(this::beat);
        journal.answers.forEach(answer -> add(answer.sentAt, "- " + answer));
        journal.calledOff.forEach(wish -> add(wish.at(), "- called off: " + wish.key() + " of " + wish.schedule()));
        journal.backfills.forEach(asked -> add(asked.at(), "- " + asked.plan()));
        journal.pauses.forEach(set -> add(set.at(), "- " + set.pauses()));
        journal.circuits.forEach((name, all) -> all.forEach(each -> add(each.at(), "circuit " + name + ": " + each)));
        lines.sort(Comparator.comparing(Line::at));
        outcome.ledger().stream()
                .sorted(Comparator.comparing(RunRecord::endedAt))
                .forEach(entry -> add(Instant.MAX, "ledger " + entry));
        outcome.documents().values().forEach(document -> add(Instant.MAX, "at the end " + document));
    }

    static String of(World.Outcome outcome) {
        StringBuilder text = new StringBuilder();
        Story story = new Story(outcome);
        story.lines.forEach(line -> text.append("    ")
                .append(story.time(line.at))
                .append(' ')
                .append(line.text)
                .append('\n'));
        return text.toString();
    }

    private void claim(ClaimWritten claim) {
        add(
                claim.at,
                claim.life + " claims" + (claim.isStart() ? " " : " (to settle) ") + claim.schedule() + "/"
                        + claim.key() + " start " + claim.request.fire().starts()
                        + (claim.request.superseded() == null
                                ? ""
                                : " superseding " + claim.request.superseded().key())
                        + " missed " + claim.request.fire().missed() + ", lease"
                        + until(claim.leaseUntil(Instant.MAX)));
        if (claim.acceptedAt != null) {
            add(
                    claim.acceptedAt,
                    claim.life + " goes on elsewhere: " + claim.schedule() + "/" + claim.key()
                            + until(claim.leaseUntil(Instant.MAX)));
        }
        if (claim.recordedAt != null) {
            add(claim.recordedAt, claim.recordedBy + " recorded " + claim.recorded);
        }
        if (claim.releasedAt != null) {
            add(claim.releasedAt, claim.life + " gave back " + claim.schedule() + "/" + claim.key());
        }
    }

    private void call(Call call) {
        add(
                call.startedAt,
                call.life + " calls " + call.idempotencyKey + " attempt " + call.attempt + ": " + call.behaviour);
        if (call.endedAt != null) {
            add(
                    call.endedAt,
                    call.life + " ended " + call.idempotencyKey + " attempt " + call.attempt + " " + call.end);
        }
    }

    private void beat(BeatWritten beat) {
        Set<String> now =
                beat.record().errors().stream().map(HeartbeatError::id).collect(Collectors.toSet());
        if (now.equals(errors)) {
            return;
        }
        errors = now;
        add(
                beat.at(),
                beat.life() + " beat " + time(beat.record().beat()) + ", its clock " + time(beat.clock()) + ", errors "
                        + beat.record().errors());
    }

    private String until(Instant to) {
        return to.equals(Instant.MAX) ? "" : " until " + time(to);
    }

    private void add(Instant at, String text) {
        lines.add(new Line(at, RANDOM.matcher(text).replaceAll("*")));
    }

    private String time(Instant at) {
        return at.equals(Instant.MAX) ? "            " : Plan.clock(Duration.between(start, at));
    }
}
