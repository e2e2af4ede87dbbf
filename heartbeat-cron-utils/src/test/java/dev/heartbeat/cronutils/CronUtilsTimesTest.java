package dev.heartbeat.cronutils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.cronutils.model.time.ExecutionTime;
import dev.heartbeat.cron.InvalidCronException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The guard behind the grammar: what cron-utils throws or answers wrong although the text was let through. */
class CronUtilsTimesTest {
    private static final LocalDateTime FROM = LocalDateTime.of(2026, 2, 15, 12, 0);
    private static final ReadCron NOON = ReadCron.read(Grammar.QUARTZ, "0 0 12 * * ?");

    /** Answers each question by a function of the time asked about. */
    private record Fake(UnaryOperator<ZonedDateTime> next, UnaryOperator<ZonedDateTime> last) implements ExecutionTime {
        @Override
        public Optional<ZonedDateTime> nextExecution(ZonedDateTime date) {
            return Optional.ofNullable(next.apply(date));
        }

        @Override
        public Optional<Duration> timeToNextExecution(ZonedDateTime date) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<ZonedDateTime> lastExecution(ZonedDateTime date) {
            return Optional.ofNullable(last.apply(date));
        }

        @Override
        public Optional<Duration> timeFromLastExecution(ZonedDateTime date) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isMatch(ZonedDateTime date) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void whatItThrowsWhenAskedNamesDialectTextAndCause() {
        List<FieldValues> fields = new ArrayList<>(NOON.fields());
        fields.set(3, new FieldValues(Part.DAY_OF_MONTH, new BitSet(), List.of("31W"), false));
        CronUtilsTimes times = new CronUtilsTimes(new ReadCron(Grammar.QUARTZ, "0 0 12 31W * ?", fields));

        assertThatExceptionOfType(InvalidCronException.class)
                .isThrownBy(() -> times.next(FROM))
                .withMessageContaining("Quartz")
                .withMessageContaining("\"0 0 12 31W * ?\"")
                .withMessageContaining("DateTimeException")
                .withMessageContaining("Example: ")
                .withCauseInstanceOf(DateTimeException.class);
    }

    @Test
    void whatItThrowsWhenReadingIsRefusedToo() {
        List<FieldValues> fields = new ArrayList<>(NOON.fields());
        fields.set(3, new FieldValues(Part.DAY_OF_MONTH, new BitSet(), List.of("nonsense"), false));

        assertThatExceptionOfType(InvalidCronException.class)
                .isThrownBy(() -> new CronUtilsTimes(new ReadCron(Grammar.QUARTZ, "nonsense", fields)))
                .withMessageContaining("IllegalArgumentException");
    }

    @Test
    void anAnswerThatIsNotLaterIsRefused() {
        List<UnaryOperator<ZonedDateTime>> wrong =
                List.of(from -> from, from -> from.minusYears(1), from -> from.plusNanos(5));
        for (UnaryOperator<ZonedDateTime> answer : wrong) {
            CronUtilsTimes times = new CronUtilsTimes(NOON, new Fake(answer, from -> null));
            assertThatExceptionOfType(InvalidCronException.class)
                    .isThrownBy(() -> times.next(FROM))
                    .withMessageContaining("for the fire after 2026-02-15T12:00");
        }
    }

    @Test
    void previousIsRightWhateverItsSearchBackwardsSays() {
        UnaryOperator<ZonedDateTime> everyNoon = from -> {
            ZonedDateTime noon = from.toLocalDate().atTime(12, 0).atZone(from.getZone());
            return noon.isAfter(from) ? noon : noon.plusDays(1);
        };
        List<UnaryOperator<ZonedDateTime>> wrong = List.of(
                from -> null,
                from -> from,
                from -> from.plusDays(3),
                from -> from.minusYears(3),
                from -> from.minusHours(3),
                from -> {
                    throw new ArrayIndexOutOfBoundsException(-1);
                });
        for (UnaryOperator<ZonedDateTime> answer : wrong) {
            CronUtilsTimes times = new CronUtilsTimes(NOON, new Fake(everyNoon, answer));
            assertThat(times.previous(FROM)).contains(FROM.minusDays(1));
            assertThat(times.previous(FROM.plusSeconds(1))).contains(FROM);
            assertThat(times.previous(LocalDateTime.of(1970, 1, 1, 12, 0))).isEmpty();
        }
    }
}
