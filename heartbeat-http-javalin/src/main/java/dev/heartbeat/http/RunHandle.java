package dev.heartbeat.http;

import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StoredSchedule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a schedule had begun when a person asked for a start: the run that was asked for is the first one beyond. It is told
 * by keys of the ledger and by counts of starts, never by time: the clocks of instances differ.
 *
 * @param begun the key of the fire that had begun and not ended; empty for none
 * @param starts how many starts that fire had
 * @param ended the keys of the newest entries of the ledger, as many as are looked at
 */
record RunHandle(String begun, int starts, List<String> ended) {
    /** How many of the newest entries are looked at, then and later; so none is taken for new that is only older. */
    static final int LOOKED_AT = 10;

    private static final String SEPARATOR = "\n"; // no key has one

    /** Copies the list. */
    RunHandle {
        ended = List.copyOf(ended);
    }

    static RunHandle of(StoredSchedule stored, List<RunRecord> newest) {
        PendingFire pending = stored.state().pending();
        List<String> keys = newest.stream().map(RunRecord::key).toList();
        return pending == null ? new RunHandle("", 0, keys) : new RunHandle(pending.key(), pending.starts(), keys);
    }

    static RunHandle parse(String text) throws RefusedException {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            String[] lines = plain.split(SEPARATOR, -1);
            if (lines.length >= 2) {
                return new RunHandle(
                        lines[0], Integer.parseInt(lines[1]), List.of(lines).subList(2, lines.length));
            }
        } catch (IllegalArgumentException e) {
            // falls through to the message below
        }
        throw RefusedException.notFound("No run was asked for under this handle");
    }

    String text() {
        List<String> lines = new ArrayList<>(List.of(begun, Integer.toString(starts)));
        lines.addAll(ended);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(SEPARATOR, lines).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the entry of the run that was asked for, if it is surely among the newest ones, which come newest first: with
     * so many runs since that all of them are beyond, an earlier one may be, too.
     */
    Optional<RunRecord> among(List<RunRecord> newest) {
        List<RunRecord> beyond = newest.stream().filter(this::isBeyond).toList();
        return beyond.isEmpty() || beyond.size() == LOOKED_AT
                ? Optional.empty()
                : Optional.of(beyond.get(beyond.size() - 1));
    }

    private boolean isBeyond(RunRecord run) {
        return run.startedAt() != null
                && !RunRecord.FENCED.equals(run.reason())
                && !ended.contains(run.key())
                && (!run.key().equals(begun) || run.attempt() > starts);
    }
}
