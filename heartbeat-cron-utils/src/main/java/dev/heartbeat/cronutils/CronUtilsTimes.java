package dev.heartbeat.cronutils;

import com.cronutils.model.Cron;
import com.cronutils.model.time.ExecutionTime;
import dev.heartbeat.cron.LocalTimes;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Local times by cron-utils, which is asked in UTC only: around changes of an offset it loses whole periods. Nothing that
 * it answers is believed unless it is in order.
 */
final class CronUtilsTimes implements LocalTimes {
    private static final LocalDateTime BEFORE_FIRST = LocalDateTime.of(1969, 12, 31, 23, 59, 59);
    private static final LocalDateTime BEHIND_LAST = LocalDateTime.of(2100, 1, 1, 0, 0);
    /** Its search forwards gives up after about a hundred years, so it is asked again from here on. */
    private static final int YEARS_AHEAD = 50;

    private final ReadCron read;
    private final ExecutionTime times;

    CronUtilsTimes(ReadCron read) {
        this(read, executionTime(read));
    }

    CronUtilsTimes(ReadCron read, ExecutionTime times) {
        this.read = read;
        this.times = times;
    }

    private static ExecutionTime executionTime(ReadCron read) {
        Cron cron = CronUtils.parse(read);
        return CronUtils.guarded(read, () -> ExecutionTime.forCron(cron));
    }

    @Override
    public boolean followsWall() {
        return read.followsWall();
    }

    @Override
    public Optional<LocalDateTime> next(LocalDateTime after) {
        return Optional.ofNullable(findNext(after));
    }

    private @Nullable LocalDateTime findNext(LocalDateTime after) {
        LocalDateTime from = after.isBefore(BEFORE_FIRST) ? BEFORE_FIRST : after;
        if (!from.isBefore(BEHIND_LAST)) {
            return null;
        }
        LocalDateTime found = ask(times::nextExecution, from);
        for (LocalDateTime later = from.plusYears(YEARS_AHEAD);
                found == null && later.isBefore(BEHIND_LAST);
                later = later.plusYears(YEARS_AHEAD)) {
            found = ask(times::nextExecution, later);
        }
        if (found != null && !found.isAfter(from)) {
            throw read.refused("cron-utils answered " + found + " for the fire after " + from, "later times");
        }
        return found == null || !found.isBefore(BEHIND_LAST) ? null : found;
    }

    /**
     * Its search backwards forgets years and months now and then, so its answer must be one that the search forwards finds
     * too, with none behind it. Else the search forwards finds the fire, by halving.
     */
    @Override
    public Optional<LocalDateTime> previous(LocalDateTime before) {
        LocalDateTime to = before.isAfter(BEHIND_LAST) ? BEHIND_LAST : before;
        LocalDateTime first = findNext(BEFORE_FIRST);
        if (first == null || !first.isBefore(to)) {
            return Optional.empty();
        }
        LocalDateTime found = lastExecution(to);
        if (found != null
                && found.isBefore(to)
                && isLastBefore(found, to)
                && found.equals(findNext(found.minusSeconds(1)))) {
            return Optional.of(found);
        }
        return Optional.of(lastByHalving(first, to));
    }

    private @Nullable LocalDateTime lastExecution(LocalDateTime before) {
        try {
            return ask(times::lastExecution, before);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Finds the last fire before a time, given an earlier one. */
    private LocalDateTime lastByHalving(LocalDateTime first, LocalDateTime before) {
        LocalDateTime fire = first;
        LocalDateTime none = before; // no fire lies after this and before the time asked for
        while (!isLastBefore(fire, before)) {
            LocalDateTime middle = fire.plusSeconds(Duration.between(fire, none).toSeconds() / 2);
            LocalDateTime next = findNext(middle);
            if (next != null && next.isBefore(before)) {
                fire = next;
            } else {
                none = middle;
            }
        }
        return fire;
    }

    private boolean isLastBefore(LocalDateTime fire, LocalDateTime before) {
        LocalDateTime next = findNext(fire);
        return next == null || !next.isBefore(before);
    }

    private @Nullable LocalDateTime ask(Function<ZonedDateTime, Optional<ZonedDateTime>> question, LocalDateTime from) {
        Optional<ZonedDateTime> answer = CronUtils.guarded(read, () -> question.apply(from.atZone(ZoneOffset.UTC)));
        return answer.map(time -> time.toLocalDateTime().truncatedTo(ChronoUnit.SECONDS))
                .orElse(null);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CronUtilsTimes that
                && read.grammar() == that.read.grammar()
                && read.text().equals(that.read.text());
    }

    @Override
    public int hashCode() {
        return read.text().hashCode();
    }

    @Override
    public String toString() {
        return read.grammar().prefix() + " " + read.text();
    }
}
