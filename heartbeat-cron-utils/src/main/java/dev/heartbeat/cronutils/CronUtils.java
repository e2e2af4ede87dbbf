package dev.heartbeat.cronutils;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import dev.heartbeat.cron.InvalidCronException;
import java.util.function.Supplier;

/** The one place where texts are given to cron-utils, and where what it throws is caught. */
final class CronUtils {
    /** One definition for all dialects; {@link ReadCron} has translated them. Safe for use by several threads. */
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.defineCron()
            .withSeconds()
            .and()
            .withMinutes()
            .and()
            .withHours()
            .and()
            .withDayOfMonth()
            .supportsL()
            .supportsW()
            .supportsLW()
            .and()
            .withMonth()
            .and()
            .withDayOfWeek()
            .withValidRange(0, 6)
            .withMondayDoWValue(1)
            .supportsHash()
            .supportsL()
            .and()
            .withYear()
            .withValidRange(Part.YEAR.min, Part.YEAR.max)
            .optional()
            .and()
            .matchDayOfWeekAndDayOfMonth()
            .instance());

    private CronUtils() {}

    static Cron parse(ReadCron read) {
        return parse(read, read.forCronUtils());
    }

    static Cron parse(ReadCron read, String text) {
        return guarded(read, () -> PARSER.parse(text));
    }

    /** cron-utils throws what its inside happens to throw: array indexes and nulls, too. */
    static <T> T guarded(ReadCron read, Supplier<T> call) {
        try {
            return call.get();
        } catch (InvalidCronException e) {
            throw e;
        } catch (RuntimeException e) {
            InvalidCronException refused = read.refused(
                    "cron-utils failed with " + e.getClass().getSimpleName() + " "
                            + Quoted.of(String.valueOf(e.getMessage())),
                    "what the documentation of the dialect names");
            refused.initCause(e);
            throw refused;
        }
    }
}
