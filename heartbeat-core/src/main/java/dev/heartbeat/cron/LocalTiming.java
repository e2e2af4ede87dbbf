package dev.heartbeat.cron;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/** Fires at the local times of a calendar that somebody else made, and checks what it answers. */
record LocalTiming(String text, LocalTimes times) implements Timing, LocalSeconds {
    LocalTiming {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(times, "times");
        if (text.isBlank() || isReadByCore(text)) {
            throw new InvalidCronException(
                    text,
                    null,
                    "Cannot name a timing " + Quoted.of(text) + ": " + (text.isBlank() ? "it is blank" : "it is cron")
                            + ". Allowed: a text that Timing.cron does not read, so that no document means two"
                            + " things. Example: \"@quartz 0 0 9 ? * MON\".");
        }
    }

    private static boolean isReadByCore(String text) {
        try {
            TimingReader.read(text);
            return true;
        } catch (InvalidCronException e) {
            return TimingReader.isWord(TimingReader.EVERY, text) || TimingReader.isWord(TimingReader.AT, text);
        }
    }

    @Override
    public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
        return WallFires.next(this, after, zone, dst);
    }

    @Override
    public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
        return WallFires.previous(this, before, zone, dst);
    }

    @Override
    public boolean followsWall() {
        return times.followsWall();
    }

    @Override
    public long next(long second) {
        LocalDateTime after = local(second - 1);
        Optional<LocalDateTime> found = times.next(after);
        found.ifPresent(time -> check(time, time.isAfter(after), "after", after));
        return found.isEmpty() ? NONE_LATER : found.get().toEpochSecond(ZoneOffset.UTC);
    }

    @Override
    public long previous(long second) {
        LocalDateTime before = local(second + 1);
        Optional<LocalDateTime> found = times.previous(before);
        found.ifPresent(time -> check(time, time.isBefore(before), "before", before));
        return found.isEmpty() ? NONE_EARLIER : found.get().toEpochSecond(ZoneOffset.UTC);
    }

    /** Were such an answer believed, the search would turn in a circle or a schedule would fire at every pulse. */
    private void check(LocalDateTime found, boolean inOrder, String direction, LocalDateTime from) {
        if (!inOrder || !found.equals(found.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalStateException("timing " + Quoted.of(text) + " answered " + found + " for the local time "
                    + direction + " " + from + "; allowed are whole seconds strictly " + direction + " it");
        }
    }

    private static LocalDateTime local(long second) {
        return LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    }

    @Override
    public String toString() {
        return text;
    }
}
