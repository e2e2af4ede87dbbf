package dev.heartbeat.cronutils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.heartbeat.cron.CronExpression;
import dev.heartbeat.cron.DstPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The core's cron and cron-utils' own UNIX cron, two programs that share no line, on the same random expressions. */
class UnixDifferentialTest {
    private static final int EXPRESSIONS = 14_000;
    private static final int FEWEST_COMPARED = 10_000;
    private static final Duration NEAR = Duration.ofDays(3);
    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("UTC"),
            ZoneId.of("Asia/Kolkata"),
            ZoneId.of("America/New_York"),
            ZoneId.of("Australia/Lord_Howe"));
    private static final CronParser UNIX = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    // Where the two are known to differ.

    /** A star with a step is a star to the core (either day field may not match alone), and a restriction to cron-utils. */
    private static final Pattern STEPPED_STAR = Pattern.compile("\\*[/,].*");
    /** A range of days that begins or ends on a Sunday by name, or ends on 0: cron-utils refuses most of them. */
    private static final Pattern RANGE_WITH_SUNDAY = Pattern.compile(".*(sun-|-sun|-0).*");

    /** Steps of 7 over a range of days: 7 is 0 to cron-utils, and a step of 0 is refused. */
    private static final Pattern STEP_OF_SEVEN = Pattern.compile(".*-\\w+/7(,.*)?");

    private static final String[] MONTHS = {
        "jan", "FEB", "Mar", "apr", "MAY", "jun", "Jul", "aug", "sep", "OCT", "nov", "dec"
    };
    private static final String[] DAYS = {"sun", "MON", "Tue", "wed", "THU", "fri", "sat", "SUN"};

    private final Seed seed = new Seed();
    private final Random random = seed.random();

    @Test
    void coreAndCronUtilsAgreeOnUnixCron() {
        int compared = 0;
        int excluded = 0;
        int nearChange = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            String text = expression();
            if (isKnownToDiffer(text)) {
                excluded++;
                continue;
            }
            ZoneId zone = ZONES.get(i % 8 < 6 ? i % 2 : 2 + i % 2);
            Instant from = Instant.parse("2005-01-01T00:00:00Z").plusSeconds(random.nextInt(1_000_000_000));
            Optional<Instant> core = CronExpression.parse(text).next(from, zone, DstPolicy.WALL);
            if (changesBetween(zone, from, core.orElse(from))) {
                nearChange++;
                continue;
            }
            assertThat(ExecutionTime.forCron(UNIX.parse(text))
                            .nextExecution(from.atZone(zone))
                            .map(ZonedDateTime::toInstant))
                    .as("%s after %s in %s, %s", text, from, zone, seed)
                    .isEqualTo(core);
            compared++;
        }
        assertThat(compared).as("compared, %s", seed).isGreaterThanOrEqualTo(FEWEST_COMPARED);
        assertThat(excluded).as("known differences, %s", seed).isLessThan(EXPRESSIONS / 8);
        assertThat(nearChange).as("near a change of the offset, %s", seed).isLessThan(EXPRESSIONS / 4);
    }

    /** If one of these fails, cron-utils has changed, and the rules above may go. */
    @Test
    void theKnownDifferencesAreStillThere() {
        Instant from = Instant.parse("2026-02-15T12:00:00Z");
        ZoneId utc = ZONES.get(0);
        assertThat(CronExpression.parse("0 0 */2 * 1").next(from, utc, DstPolicy.WALL))
                .contains(Instant.parse("2026-02-23T00:00:00Z"));
        assertThat(ExecutionTime.forCron(UNIX.parse("0 0 */2 * 1")).nextExecution(from.atZone(utc)))
                .contains(ZonedDateTime.parse("2026-02-16T00:00Z[UTC]"));

        for (String text : List.of("0 9 * * SUN-THU", "0 9 * * fri-0", "0 9 * * 1-5/7")) {
            assertThat(CronExpression.parse(text).next(from, utc, DstPolicy.WALL))
                    .isPresent();
            assertThatIllegalArgumentException().isThrownBy(() -> UNIX.parse(text));
        }
    }

    private static boolean isKnownToDiffer(String text) {
        String[] fields = text.split(" ");
        boolean steppedDay = STEPPED_STAR.matcher(fields[2]).matches() && !fields[4].equals("*");
        boolean steppedWeekday = STEPPED_STAR.matcher(fields[4]).matches() && !fields[2].equals("*");
        return steppedDay
                || steppedWeekday
                || STEP_OF_SEVEN.matcher(fields[4]).matches()
                || RANGE_WITH_SUNDAY
                        .matcher(fields[4].toLowerCase(java.util.Locale.ROOT))
                        .matches();
    }

    private static boolean changesBetween(ZoneId zone, Instant from, Instant to) {
        var change = zone.getRules().nextTransition(from.minus(NEAR));
        return change != null && change.getInstant().isBefore(to.plus(NEAR));
    }

    private String expression() {
        return field(0, 59, null)
                + " " + field(0, 23, null)
                + " " + (random.nextInt(2) == 0 ? "*" : field(1, 31, null))
                + " " + (random.nextInt(2) == 0 ? "*" : field(1, 12, MONTHS))
                + " " + (random.nextInt(2) == 0 ? "*" : field(0, 7, DAYS));
    }

    private String field(int min, int max, String[] names) {
        switch (random.nextInt(8)) {
            case 0:
            case 1:
                return "*";
            case 2:
                return "*/" + between(1, max - min);
            case 3:
                return range(min, max, names);
            case 4:
                return range(min, max, names) + "/" + between(1, max - min);
            case 5:
                StringJoiner list = new StringJoiner(",");
                int items = between(2, 4);
                for (int i = 0; i < items; i++) {
                    list.add(random.nextInt(3) == 0 ? range(min, max, names) : value(between(min, max), min, names));
                }
                return list.toString();
            default:
                return value(between(min, max), min, names);
        }
    }

    private String range(int min, int max, String[] names) {
        int a = between(min, max);
        int b = between(min, max);
        return value(Math.min(a, b), min, names) + "-" + value(Math.max(a, b), min, names);
    }

    private String value(int value, int min, String[] names) {
        return names == null || random.nextInt(3) > 0 ? Integer.toString(value) : names[value - min];
    }

    private int between(int min, int max) {
        return min + random.nextInt(max - min + 1);
    }
}
