package dev.heartbeat.firestore;

import com.google.cloud.firestore.CollectionGroup;
import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.Firestore;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Where everything is kept. */
final class Paths {
    /** The longest id of a document, in bytes; Firestore allows 1,500. */
    private static final int LONGEST_ID = 1_400;

    private final Firestore firestore;
    private final String schedules;
    private final String system;
    private final String runs;

    Paths(Firestore firestore, String schedules, String system, String runs) {
        this.firestore = firestore;
        this.schedules = schedules;
        this.system = system;
        this.runs = runs;
    }

    CollectionReference schedules() {
        return firestore.collection(schedules);
    }

    /** Returns the document; {@code id} is one that a schedule may have, or one that was read. */
    DocumentReference schedule(String id) {
        return schedules().document(id);
    }

    CollectionReference runs(String scheduleId) {
        return schedule(scheduleId).collection(runs);
    }

    DocumentReference run(String scheduleId, String key) {
        return runs(scheduleId).document(documentId(key));
    }

    CollectionGroup allRuns() {
        return firestore.collectionGroup(runs);
    }

    /** Tells whether a document of {@link #allRuns} is below our schedules: other collections may have the same name. */
    boolean isRunOfOurs(DocumentReference run) {
        return run.getPath().startsWith(schedules + "/");
    }

    /** Returns any document of the database by the path that it told of itself. */
    DocumentReference byPath(String path) {
        return firestore.document(path);
    }

    DocumentReference heartbeat() {
        return firestore.collection(system).document("heartbeat");
    }

    DocumentReference state() {
        return firestore.collection(system).document("heartbeat-state");
    }

    CollectionReference pulses() {
        return heartbeat().collection("pulses");
    }

    DocumentReference pulse(String id) {
        return pulses().document(documentId(id));
    }

    CollectionReference audit() {
        return heartbeat().collection("audit");
    }

    /** Tells whether a document may have this id; one that may not is read as one that does not exist. */
    static boolean isId(String text) {
        return !text.isEmpty()
                && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_ID
                && text.indexOf('/') < 0
                && !text.equals(".")
                && !text.equals("..")
                && !(text.startsWith("__") && text.endsWith("__"));
    }

    /** Returns the text as an id: itself if Firestore takes it, else with what it refuses in hexadecimal. */
    static String documentId(String text) {
        if (isId(text) && text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder id = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            boolean isSafe = isBetween(each, '0', '9') || isBetween(each, 'A', 'Z') || isBetween(each, 'a', 'z');
            id.append(isSafe ? Character.toString((char) each) : String.format(Locale.ROOT, "%%%02X", each & 0xff));
        }
        return id.length() <= LONGEST_ID ? id.append('%').toString() : Digest.of(text);
    }

    private static boolean isBetween(byte each, char first, char last) {
        return each >= first && each <= last;
    }
}
