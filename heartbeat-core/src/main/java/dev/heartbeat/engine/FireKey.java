package dev.heartbeat.engine;

import dev.heartbeat.store.FireSeries;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** The keys of fires within a schedule, as they stand in tokens and in the ledger. */
final class FireKey {
    private FireKey() {}

    /** Returns the key of a fire of the timing: its instant in UTC, such as {@code 20260215T120000Z}. */
    static String of(Instant fireTime) {
        OffsetDateTime time = fireTime.atOffset(ZoneOffset.UTC);
        StringBuilder key = new StringBuilder(26);
        digits(key, time.getYear(), 4);
        digits(key, time.getMonthValue(), 2);
        digits(key, time.getDayOfMonth(), 2);
        key.append('T');
        digits(key, time.getHour(), 2);
        digits(key, time.getMinute(), 2);
        digits(key, time.getSecond(), 2);
        if (time.getNano() != 0) {
            key.append('.');
            digits(key, time.getNano(), 9);
        }
        return key.append('Z').toString();
    }

    private static void digits(StringBuilder key, int value, int width) {
        String text = Integer.toString(value);
        for (int missing = width - text.length(); missing > 0; missing--) {
            key.append('0');
        }
        key.append(text);
    }

    /** Returns the key of a forced fire: the version of the document that asked for it, never an instant. */
    static String forced(Version version) {
        return "force-" + version.value();
    }

    /** Returns the key of a series in the ledger. */
    static String of(FireSeries series) {
        return series.reason() + "-" + of(series.last());
    }
}
