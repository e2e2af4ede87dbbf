package dev.heartbeat.cronutils;

import com.cronutils.descriptor.CronDescriptor;
import dev.heartbeat.cron.CronExpression;
import dev.heartbeat.cron.InvalidCronException;
import dev.heartbeat.cron.Timing;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Says in words when a timing fires, such as {@code at 09:00 every day between Monday and Friday}. The words are those of
 * cron-utils: right, and rather stiff. For people; do not read them by program, they may change.
 */
public final class CronDescriptions {
    private CronDescriptions() {}

    /** Describes a timing in English; see {@link #describe(Timing, Locale)}. */
    public static Optional<String> describe(Timing timing) {
        return describe(timing, Locale.ENGLISH);
    }

    /**
     * Describes a timing in the language of a locale, or in English if cron-utils does not have that language; the
     * machine's own locale does not matter.
     *
     * @return the description, or empty if the timing is no cron expression: {@code @every}, {@code @at}, and timings of
     *     one's own
     */
    public static Optional<String> describe(Timing timing, Locale locale) {
        Objects.requireNonNull(locale, "locale");
        String text = timing.text();
        try {
            if (timing instanceof CronExpression) {
                return Optional.of(unix(ReadCron.read(Grammar.UNIX, text), locale));
            }
            for (Grammar grammar : List.of(Grammar.QUARTZ, Grammar.SPRING, Grammar.CRON4J)) {
                if (grammar.isPrefixOf(text)) {
                    ReadCron read = ReadCron.read(
                            grammar, text.substring(grammar.prefix().length()));
                    return Optional.of(words(read, read.forCronUtils(), locale));
                }
            }
            return Optional.empty();
        } catch (InvalidCronException e) {
            return Optional.empty(); // a timing of one's own with the prefix of a dialect, or a failure of cron-utils
        }
    }

    /** In the core's cron a day may match either day field, if both are restricted; cron-utils would say both. */
    private static String unix(ReadCron read, Locale locale) {
        FieldValues day = read.field(Part.DAY_OF_MONTH);
        FieldValues weekday = read.field(Part.DAY_OF_WEEK);
        if (day.followsWall() || weekday.followsWall()) {
            return words(read, read.forCronUtils(), locale);
        }
        if (day.isAll() || weekday.isAll()) {
            return words(read, without(read, List.of(Part.DAY_OF_MONTH, Part.DAY_OF_WEEK)), locale);
        }
        CronDescriptor descriptor = descriptor(locale);
        String or = language(descriptor).equals(Locale.ENGLISH.getLanguage()) ? ", or " : " / ";
        return words(read, without(read, List.of(Part.DAY_OF_WEEK)), locale)
                + or
                + words(read, without(read, List.of(Part.DAY_OF_MONTH)), locale);
    }

    private static String without(ReadCron read, List<Part> parts) {
        StringJoiner text = new StringJoiner(" ");
        read.fields().forEach(field -> text.add(parts.contains(field.part()) ? "*" : field.text()));
        return text.toString();
    }

    private static String words(ReadCron read, String text, Locale locale) {
        return CronUtils.guarded(
                read,
                () -> descriptor(locale).describe(CronUtils.parse(read, text)).strip());
    }

    /** A bundle that is missing would be taken from the machine's locale. */
    private static CronDescriptor descriptor(Locale locale) {
        CronDescriptor descriptor = CronDescriptor.instance(locale);
        return !locale.getLanguage().isEmpty() && language(descriptor).equals(locale.getLanguage())
                ? descriptor
                : CronDescriptor.instance(Locale.ENGLISH);
    }

    private static String language(CronDescriptor descriptor) {
        return descriptor.getResourceBundle().getLocale().getLanguage();
    }
}
