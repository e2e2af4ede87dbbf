package dev.heartbeat.http;

import dev.heartbeat.store.RunRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * How the dashboard names a fire: by schedule and key, where the ledger has it, else by schedule and fire time, which is
 * all that a pulse tells.
 */
record RunId(String schedule, String fire) {
    private static final char SEPARATOR = '\n'; // no id and no key has one
    private static final char AT = '@';

    static RunId of(RunRecord run) {
        return new RunId(run.scheduleId(), run.key());
    }

    static RunId of(String schedule, Instant fireTime) {
        return new RunId(schedule, AT + Long.toString(fireTime.toEpochMilli()));
    }

    static RunId parse(String text) throws RefusedException {
        String plain;
        try {
            plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            plain = "";
        }
        int at = plain.indexOf(SEPARATOR);
        if (at <= 0) {
            throw RefusedException.notFound("There is no run of this id");
        }
        return new RunId(plain.substring(0, at), plain.substring(at + 1));
    }

    /** Tells whether the entry is of this fire: the one that ended it, not a note beside it. */
    boolean names(RunRecord run) {
        return fire.equals(run.key())
                || (!RunRecord.FENCED.equals(run.reason()) && fire.equals(of(schedule, run.fireTime()).fire));
    }

    /** Tells whether it is the fire with this key and time. */
    boolean names(String key, Instant fireTime) {
        return fire.equals(key) || fire.equals(of(schedule, fireTime).fire);
    }

    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((schedule + SEPARATOR + fire).getBytes(StandardCharsets.UTF_8));
    }
}
