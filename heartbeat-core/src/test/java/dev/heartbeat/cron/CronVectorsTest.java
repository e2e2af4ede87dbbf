package dev.heartbeat.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs every line of cron-vectors.tsv; its header says what the columns and tags mean. */
class CronVectorsTest {
    private static final Pattern POLICY = Pattern.compile("policy=([a-z+]+)");

    @Test
    void everyValidLineHoldsUnderThePoliciesThatItNames() {
        int lines = 0;
        int checks = 0;
        int plainStarLines = 0;
        for (String[] columns : lines(5)) {
            lines++;
            CronExpression expression = CronExpression.parse(columns[0]);
            ZoneId zone = ZoneId.of(columns[1]);
            Instant from = OffsetDateTime.parse(columns[2]).toInstant();
            Optional<Instant> expected = columns[3].equals("NEVER")
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(columns[3]).toInstant());
            boolean plainStar = columns[4].contains("star=plain");
            plainStarLines += plainStar ? 1 : 0;
            for (DstPolicy policy : policies(columns[4])) {
                checks++;
                Optional<Instant> fire = expression.next(from, zone, policy);
                if (plainStar) {
                    assertThat(fire)
                            .as(String.join(" | ", columns) + " must not hold, because */n is a star here")
                            .isNotEqualTo(expected);
                } else {
                    assertThat(fire).as(String.join(" | ", columns)).isEqualTo(expected);
                }
            }
        }
        assertThat(lines).isEqualTo(326);
        assertThat(plainStarLines).isEqualTo(1);
        assertThat(checks).isEqualTo(3 * 271 + 12 + 2 + 2 * 14 + 6 + 2 * 21);
    }

    @Test
    void theOneLineThatReadsSteppedStarsAsPlainIsAnsweredTheVixieWay() {
        Optional<Instant> fire = CronExpression.parse("3-59/15 6-12 */15 1 2-5")
                .next(Instant.parse("2017-01-07T23:59:59Z"), ZoneId.of("UTC"), DstPolicy.VIXIE);

        // The 1st, 16th or 31st of January that is a Tuesday to Friday: the 31st was a Tuesday.
        assertThat(fire).contains(Instant.parse("2017-01-31T06:03:00Z"));
    }

    @Test
    void everyInvalidLineIsRefusedWithAMessageThatHelps() {
        int lines = 0;
        int named = 0;
        for (String[] columns : lines(3)) {
            lines++;
            InvalidCronException refusal =
                    catchThrowableOfType(InvalidCronException.class, () -> Timing.cron(columns[0]));
            assertThat(refusal).as(columns[0]).isNotNull();
            assertThat(refusal.expression()).isEqualTo(columns[0]);
            assertThat(refusal).hasMessageContainingAll("\"" + columns[0] + "\"", "Allowed: ", "Example: ");
            named += refusal.field().isPresent() ? 1 : 0;
            refusal.field().ifPresent(field -> assertNamesTheField(refusal, columns[0], field));
        }
        assertThat(lines).isEqualTo(81);
        assertThat(named).as("the others are macros and one lone star").isEqualTo(81 - 12);
    }

    private static void assertNamesTheField(InvalidCronException refusal, String expression, String field) {
        List<String> names = List.of("minute", "hour", "day-of-month", "month", "day-of-week");
        List<String> ranges = List.of("0-59", "0-23", "1-31", "1-12", "0-7");
        int bad = 0;
        String[] texts = expression.split(" ");
        while (texts[bad].equals("*")) {
            bad++;
        }
        assertThat(field).as(expression).isEqualTo(names.get(bad));
        assertThat(refusal.getMessage())
                .as(expression)
                .contains("field " + (bad + 1) + " of 5 (" + field + "), character ")
                .contains("Allowed: " + ranges.get(bad));
        Matcher quoted = Pattern.compile("character (\\d+): \"([^\"]*)\"").matcher(refusal.getMessage());
        assertThat(quoted.find()).as(refusal.getMessage()).isTrue();
        int offset = Integer.parseInt(quoted.group(1)) - 1;
        assertThat(expression).startsWith(expression.substring(0, offset) + quoted.group(2));
        assertThat(offset).isBetween(2 * bad, 2 * bad + texts[bad].length());
    }

    private static List<DstPolicy> policies(String tags) {
        Matcher matcher = POLICY.matcher(tags);
        assertThat(matcher.find()).as(tags).isTrue();
        if (matcher.group(1).equals("any")) {
            return List.of(DstPolicy.values());
        }
        return Arrays.stream(matcher.group(1).split("\\+"))
                .map(name -> DstPolicy.valueOf(name.toUpperCase(Locale.ROOT)))
                .toList();
    }

    private static List<String[]> lines(int columns) {
        try (InputStream file = CronVectorsTest.class.getResourceAsStream("cron-vectors.tsv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .filter(line -> line.length == columns)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
