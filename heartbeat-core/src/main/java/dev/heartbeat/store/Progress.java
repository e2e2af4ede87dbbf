package dev.heartbeat.store;

/**
 * How far a run has come, as it tells itself.
 *
 * @param percent 0 to 100
 * @param note a short text, at most {@value #LONGEST_NOTE} characters; perhaps empty
 */
public record Progress(int percent, String note) {
    /** How many characters of a note are kept. */
    public static final int LONGEST_NOTE = 200;

    /** Cuts both to their ranges. */
    public Progress {
        percent = Math.max(0, Math.min(percent, 100));
        note = note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE);
    }

    /** Returns the progress of a fraction from 0 to 1; one outside is cut to the range, and what is no number is 0. */
    public static Progress of(double fraction, String note) {
        return new Progress((int) Math.round(100 * Math.max(0, Math.min(fraction, 1))), note);
    }

    /** Returns it in words, such as {@code 50 % waiting for page 3}. */
    public String text() {
        return (percent + " % " + note).strip();
    }
}
