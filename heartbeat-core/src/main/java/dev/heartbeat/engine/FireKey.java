package dev.heartbeat.engine;

import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.PendingFire;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** The keys of fires within a schedule, as they stand in tokens and in the ledger. */
public final class FireKey {
    private static final long SECONDS_PER_DAY = 86_400;

    private FireKey() {}

    /** Returns the key of a fire of the timing: its instant in UTC, such as {@code 20260215T120000Z}. */
    public static String of(Instant fireTime) {
        long second = fireTime.getEpochSecond();
        int nano = fireTime.getNano();
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(second, SECONDS_PER_DAY));
        int time = (int) Math.floorMod(second, SECONDS_PER_DAY);
        StringBuilder key = new StringBuilder(16);
        digits(key, day.getYear(), 1_000);
        digits(key, day.getMonthValue(), 10);
        digits(key, day.getDayOfMonth(), 10);
        key.append('T');
        digits(key, time / 3_600, 10);
        digits(key, time / 60 % 60, 10);
        digits(key, time % 60, 10);
        if (nano != 0) {
            key.append('.');
            digits(key, nano, 100_000_000);
        }
        return key.append('Z').toString();
    }

    /** Appends a number with leading zeros, by hand: each fire has a key, and a burst has thousands. */
    private static void digits(StringBuilder key, int value, int highest) {
        if (value < 0 || value >= highest * 10L) {
            key.append(value); // a year that four digits cannot hold
            return;
        }
        int rest = value;
        for (int place = highest; place > 0; place /= 10) {
            key.append((char) ('0' + rest / place));
            rest %= place;
        }
    }

    /** Returns the key of a forced fire: the version of the document that asked for it, never an instant. */
    static String forced(Version version) {
        return RunRecord.FORCED + version.value();
    }

    /** Returns the series that a pending fire stands for, without a start of its own; null if it is a fire. */
    static @Nullable FireSeries seriesOf(PendingFire pending) {
        for (FireSeries series : pending.missed()) {
            if (pending.key().equals(of(series))) {
                return series;
            }
        }
        return null;
    }

    /** Returns the key of a series in the ledger. */
    static String of(FireSeries series) {
        return series.reason() + "-" + of(series.last());
    }
}
