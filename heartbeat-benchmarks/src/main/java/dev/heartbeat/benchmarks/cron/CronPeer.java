package dev.heartbeat.benchmarks.cron;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.Timing;
import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.Objects;
import java.util.TimeZone;
import org.springframework.scheduling.support.CronExpression;

/** A cron engine under measurement, in the way its documentation uses it. */
public enum CronPeer {
    /** Heartbeat's own, policy VIXIE. */
    HEARTBEAT {
        @Override
        Next parse(String cron, ZoneId zone) {
            Timing timing = dev.heartbeat.cron.CronExpression.parse(cron); // not Timing.cron, which remembers
            return after -> timing.next(after, zone, DstPolicy.VIXIE).orElseThrow();
        }
    },
    /** JobRunr's. */
    JOBRUNR {
        @Override
        Next parse(String cron, ZoneId zone) {
            org.jobrunr.scheduling.cron.CronExpression expression =
                    new org.jobrunr.scheduling.cron.CronExpression(cron);
            return after -> expression.next(Instant.EPOCH, after, zone);
        }
    },
    /** Spring's. */
    SPRING {
        @Override
        Next parse(String cron, ZoneId zone) {
            CronExpression expression = CronExpression.parse("0 " + cron);
            return after ->
                    Objects.requireNonNull(expression.next(after.atZone(zone))).toInstant();
        }
    },
    /** Quartz's, which wants a {@code ?} in one of the two day fields and counts Sunday as 1. */
    QUARTZ {
        @Override
        Next parse(String cron, ZoneId zone) {
            try {
                org.quartz.CronExpression expression = new org.quartz.CronExpression(quartz(cron));
                expression.setTimeZone(TimeZone.getTimeZone(zone));
                return after ->
                        expression.getNextValidTimeAfter(Date.from(after)).toInstant();
            } catch (ParseException e) {
                throw new IllegalArgumentException(cron, e);
            }
        }
    },
    /** cron-utils, UNIX definition. */
    CRON_UTILS {
        @Override
        Next parse(String cron, ZoneId zone) {
            ExecutionTime time = ExecutionTime.forCron(UNIX.parse(cron));
            return after -> time.nextExecution(after.atZone(zone)).orElseThrow().toInstant();
        }
    };

    private static final CronParser UNIX = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    /** A parsed expression. */
    @FunctionalInterface
    interface Next {
        Instant after(Instant instant);
    }

    abstract Next parse(String cron, ZoneId zone);

    private static String quartz(String cron) {
        String[] fields = cron.split(" ", -1);
        boolean anyDay = fields[2].equals("*");
        boolean weekdays = fields[4].equals("1-5");
        String dayOfWeek = weekdays ? "MON-FRI" : fields[4].equals("1") ? "MON" : "?";
        return "0 " + fields[0] + " " + fields[1] + " " + (anyDay && !dayOfWeek.equals("?") ? "?" : fields[2]) + " "
                + fields[3] + " " + dayOfWeek;
    }
}
