package dev.heartbeat.cron;

/**
 * The local times that match a cron expression, on a calendar without zones: bit sets, and arithmetic on epoch days.
 * A local time is the number of seconds since 1970-01-01T00:00 on the wall clock.
 */
final class CronCalendar implements LocalSeconds {
    private static final long SECONDS_PER_DAY = 86_400;

    private static final int MINUTES_PER_DAY = 1_440;
    private static final int ALL_DAYS = 0x7fff_ffff;
    private static final int ALL_MONTHS = 0xfff;
    private static final int ALL_WEEKDAYS = 0x7f;
    /** January is bit 0; a set bit means 31 days. */
    private static final int LONG_MONTHS = 0b1010_1101_0101;

    private static final int FEBRUARY = 1;
    /** Multiplies a week of seven bits into six weeks, enough for a month that starts on any weekday. */
    private static final long SIX_WEEKS = 0x8_1020_4081L;
    /** From 0000-03-01, the first day of a 400-year cycle that ends with its leap day, to 1970-01-01. */
    private static final int DAYS_TO_EPOCH = 719_468;

    private static final int DAYS_PER_400_YEARS = 146_097;
    private static final int DAYS_PER_4_YEARS = 1_461;
    /** Five months in a row from March or August have 153 days. */
    private static final int DAYS_PER_5_MONTHS = 153;

    private static final int YEAR_SHIFT = 9;
    private static final int MONTH_SHIFT = 5;
    private static final int MONTH_MASK = 0xf;
    private static final int DAY_MASK = 0x1f;

    private final long minutes;
    private final int hours;
    /** Bit 0 is the first day of the month, as bit 0 is January. */
    private final int days;

    private final int months;
    private final long weekdays;
    private final boolean eitherDay;
    private final boolean everyDay;
    private final boolean followsWall;

    /**
     * @param minutes the minutes, bit 0 for minute 0
     * @param hours the hours, bit 0 for hour 0
     * @param days the days of the month, bit 0 for day 1
     * @param months the months, bit 0 for January
     * @param weekdays the days of the week, bit 0 for Sunday
     * @param eitherDay whether a match of one of the two day fields is enough
     * @param followsWall whether the expression follows the wall clock under {@link DstPolicy#VIXIE}
     */
    CronCalendar(long minutes, int hours, int days, int months, int weekdays, boolean eitherDay, boolean followsWall) {
        this.minutes = minutes;
        this.hours = hours;
        this.months = months;
        this.eitherDay = eitherDay;
        this.followsWall = followsWall;
        boolean anyDay = days == ALL_DAYS;
        boolean anyWeekday = weekdays == ALL_WEEKDAYS;
        this.everyDay = months == ALL_MONTHS && (eitherDay ? anyDay || anyWeekday : anyDay && anyWeekday);
        this.weekdays = weekdays * SIX_WEEKS;
        // A day that no month of the set has is dropped: what then has no day left can never match, and need not
        // search.
        this.days = days & (-1 >>> (Integer.SIZE - longest(months)));
    }

    @Override
    public boolean followsWall() {
        return followsWall;
    }

    @Override
    public long next(long second) {
        long minute = Math.floorDiv(second + 59, 60L);
        long day = Math.floorDiv(minute, (long) MINUTES_PER_DAY);
        int time = (int) (minute - day * MINUTES_PER_DAY);
        long found = nextDay(day);
        if (found == day) {
            int hour = time / 60;
            long left = minutes >>> (time - hour * 60);
            if ((hours >>> hour & 1) != 0 && left != 0) {
                return (minute + Long.numberOfTrailingZeros(left)) * 60;
            }
            int later = hours >>> (hour + 1);
            if (later != 0) {
                return at(day, hour + 1 + Integer.numberOfTrailingZeros(later), Long.numberOfTrailingZeros(minutes));
            }
            found = nextDay(day + 1);
        }
        return found == NONE_LATER
                ? NONE_LATER
                : at(found, Integer.numberOfTrailingZeros(hours), Long.numberOfTrailingZeros(minutes));
    }

    @Override
    public long previous(long second) {
        long minute = Math.floorDiv(second, 60L);
        long day = Math.floorDiv(minute, (long) MINUTES_PER_DAY);
        int time = (int) (minute - day * MINUTES_PER_DAY);
        long found = previousDay(day);
        if (found == day) {
            int hour = time / 60;
            long passed = minutes << (Long.SIZE - 1 - (time - hour * 60));
            if ((hours >>> hour & 1) != 0 && passed != 0) {
                return (minute - Long.numberOfLeadingZeros(passed)) * 60;
            }
            int earlier = hours & ((1 << hour) - 1);
            if (earlier != 0) {
                return at(day, last(earlier), last(minutes));
            }
            found = previousDay(day - 1);
        }
        return found == NONE_EARLIER ? NONE_EARLIER : at(found, last(hours), last(minutes));
    }

    private static long at(long day, int hour, int minute) {
        return day * SECONDS_PER_DAY + (hour * 60L + minute) * 60;
    }

    private long nextDay(long day) {
        if (everyDay) {
            return day;
        }
        long date = date(day);
        int year = (int) (date >> YEAR_SHIFT);
        int month = (int) (date >> MONTH_SHIFT) & MONTH_MASK;
        int dayOfMonth = (int) date & DAY_MASK;
        if ((months >>> month & 1) != 0) {
            int left = matching(day - dayOfMonth, year, month) >>> dayOfMonth;
            if (left != 0) {
                return day + Integer.numberOfTrailingZeros(left);
            }
        }
        while (year <= WallFires.LAST_YEAR && !neverMatches()) {
            int later = months >>> (month + 1);
            if (later != 0) {
                month += 1 + Integer.numberOfTrailingZeros(later);
            } else {
                year++;
                month = Integer.numberOfTrailingZeros(months);
            }
            long first = firstDay(year, month);
            int match = matching(first, year, month);
            if (match != 0) {
                return first + Integer.numberOfTrailingZeros(match);
            }
        }
        return NONE_LATER;
    }

    private long previousDay(long day) {
        if (everyDay) {
            return day;
        }
        long date = date(day);
        int year = (int) (date >> YEAR_SHIFT);
        int month = (int) (date >> MONTH_SHIFT) & MONTH_MASK;
        int dayOfMonth = (int) date & DAY_MASK;
        if ((months >>> month & 1) != 0) {
            int passed = matching(day - dayOfMonth, year, month) << (Integer.SIZE - 1 - dayOfMonth);
            if (passed != 0) {
                return day - Integer.numberOfLeadingZeros(passed);
            }
        }
        while (year >= WallFires.FIRST_YEAR && !neverMatches()) {
            int earlier = months & ((1 << month) - 1);
            if (earlier == 0) {
                year--;
            }
            month = last(earlier == 0 ? months : earlier);
            long first = firstDay(year, month);
            int match = matching(first, year, month);
            if (match != 0) {
                return first + last(match);
            }
        }
        return NONE_EARLIER;
    }

    private boolean neverMatches() {
        return days == 0 && !eitherDay;
    }

    /** Returns year, month (January is 0) and day of the month (the first is 0), packed to spare an object. */
    private static long date(long day) {
        long sinceMarch = day + DAYS_TO_EPOCH;
        long cycle = Math.floorDiv(sinceMarch, (long) DAYS_PER_400_YEARS);
        // Counted in quarters of a day and fifths of a month, years and months have whole lengths on average.
        int quarters = (int) (sinceMarch - cycle * DAYS_PER_400_YEARS) * 4 + 3;
        int quartersOfCentury = quarters % DAYS_PER_400_YEARS | 3;
        int fifths = quartersOfCentury % DAYS_PER_4_YEARS / 4 * 5 + 2;
        int monthFromMarch = fifths / DAYS_PER_5_MONTHS;
        boolean nextYear = monthFromMarch >= 10;
        long year = cycle * 400
                + quarters / DAYS_PER_400_YEARS * 100L
                + quartersOfCentury / DAYS_PER_4_YEARS
                + (nextYear ? 1 : 0);
        int month = nextYear ? monthFromMarch - 10 : monthFromMarch + 2;
        return year << YEAR_SHIFT | month << MONTH_SHIFT | fifths % DAYS_PER_5_MONTHS / 5;
    }

    /** Returns the matching days of a month, bit 0 for its first day. */
    private int matching(long firstDay, int year, int month) {
        // 1970-01-01 was a Thursday, the fourth day of a week that starts with Sunday as day 0.
        int byWeekday = (int) (weekdays >>> Math.floorMod(firstDay + 4, 7));
        return (eitherDay ? days | byWeekday : days & byWeekday) & (-1 >>> (Integer.SIZE - length(year, month)));
    }

    private static long firstDay(int year, int month) {
        boolean nextYear = month < 2;
        int yearFromMarch = nextYear ? year - 1 : year;
        int monthFromMarch = nextYear ? month + 10 : month - 2;
        int cycle = Math.floorDiv(yearFromMarch, 400);
        int yearOfCycle = yearFromMarch - cycle * 400;
        return (long) cycle * DAYS_PER_400_YEARS
                + yearOfCycle * 365L
                + yearOfCycle / 4
                - yearOfCycle / 100
                + (monthFromMarch * DAYS_PER_5_MONTHS + 2) / 5
                - DAYS_TO_EPOCH;
    }

    private static int length(int year, int month) {
        if (month == FEBRUARY) {
            return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return 30 + (LONG_MONTHS >>> month & 1);
    }

    private static int longest(int months) {
        return (months & LONG_MONTHS) != 0 ? 31 : months == 1 << FEBRUARY ? 29 : 30;
    }

    private static int last(int bits) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(bits);
    }

    private static int last(long bits) {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(bits);
    }
}
