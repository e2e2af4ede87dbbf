package dev.heartbeat.engine;

import dev.heartbeat.health.DayFigures;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.CallLimit;
import dev.heartbeat.store.RecordRequest;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.StateCell;
import dev.heartbeat.store.StateKey;
import dev.heartbeat.store.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The figures that pulses keep of each day: what has ended in this process since its last pulse closed is added up here,
 * and joins the state cells of the days when the next one closes. Each ledger entry is counted by whoever wrote it.
 * Thread-safe.
 */
public final class Figures {
    private static final CallLimit READ_LIMIT = CallLimit.of(Duration.ofSeconds(10));
    private static final StateKey LATEST = new StateKey("figures", "latest");

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, DayCell> ended = new HashMap<>(); // by the day since 1970
    private final StateBoard board;
    private final Duration interval;
    private final Duration staleAfter;

    Figures(StateBoard board, Duration interval, Duration staleAfter) {
        this.board = board;
        this.interval = interval;
        this.staleAfter = staleAfter;
    }

    /** The cells that a pulse wants to have read. */
    List<StateKey> keys(Instant now) {
        return List.of(LATEST, key(dayOf(now)));
    }

    /** Days share a fixed number of cells, so that nothing has to be cleared away. */
    private static StateKey key(long day) {
        return new StateKey("figures", "day-" + Math.floorMod(day, DayFigures.DAYS_KEPT));
    }

    private static long dayOf(Instant instant) {
        return Math.floorDiv(instant.getEpochSecond(), DayCell.SECONDS_OF_A_DAY);
    }

    /** Entries of the schedule stand in the ledger. */
    void ended(Schedule schedule, RecordRequest record) {
        ended(schedule, record.run());
        for (RunRecord missed : record.missed()) {
            ended(schedule, missed);
        }
    }

    /** An entry of the schedule stands in the ledger. */
    void ended(Schedule schedule, RunRecord entry) {
        if (!entry.isEnd() || RunRecord.FENCED.equals(entry.reason())) {
            return;
        }
        lock.lock();
        try {
            ended.computeIfAbsent(dayOf(entry.endedAt()), day -> new DayCell()).add(entry, schedule.isPlaybook());
        } finally {
            lock.unlock();
        }
    }

    /**
     * A pulse closes: hands over what has ended, and the pulse itself.
     *
     * @param withErrors whether it leaves an error
     * @param failed whether it could not do its work
     * @param red whether the heartbeat has errors after it
     */
    void pulse(Instant startedAt, long durationMs, boolean withErrors, boolean failed, boolean red) {
        LastPulse now = LastPulse.of(startedAt, interval, red);
        LastPulse before = LastPulse.read(board.value(LATEST));
        long day = dayOf(startedAt);
        Map<Long, DayCell> taken = take();
        DayCell today = taken.remove(day);
        change(day, cell -> {
            if (today != null) {
                cell.add(today);
            }
            cell.add(now, before, durationMs, withErrors, failed, interval, staleAfter);
        });
        handOver(taken);
        board.change(LATEST, values -> LastPulse.read(values).then(now).write());
    }

    /** Tells whether the heartbeat had errors after the last pulse of any instance, as this pulse has read it. */
    boolean isRed() {
        return LastPulse.read(board.value(LATEST)).red();
    }

    /** Hands what has ended to the cells. */
    void handOver() {
        handOver(take());
    }

    private Map<Long, DayCell> take() {
        lock.lock();
        try {
            Map<Long, DayCell> taken = new TreeMap<>(ended);
            ended.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void handOver(Map<Long, DayCell> taken) {
        taken.forEach((day, added) -> change(day, cell -> cell.add(added)));
    }

    private void change(long day, Consumer<DayCell> change) {
        board.change(key(day), values -> {
            DayCell cell = DayCell.read(values, day);
            if (cell == null) {
                return values; // the cell is a later day's by now
            }
            change.accept(cell);
            return cell.write(day);
        });
    }

    /** Returns the figures of days in order, with zeros for those that no cell holds. */
    public static List<DayFigures> read(StateStore store, LocalDate from, LocalDate to) {
        List<LocalDate> days = Stream.iterate(from, day -> !day.isAfter(to), day -> day.plusDays(1))
                .toList();
        Map<StateKey, StateCell> cells = new HashMap<>();
        store.read(days.stream().map(day -> key(day.toEpochDay())).toList(), READ_LIMIT)
                .forEach(cell -> cells.put(cell.key(), cell));
        List<DayFigures> figures = new ArrayList<>(days.size());
        for (LocalDate day : days) {
            StateCell cell = cells.get(key(day.toEpochDay()));
            figures.add(cell == null ? DayFigures.none(day) : DayCell.figures(cell.value(), day));
        }
        return figures;
    }
}
