package dev.heartbeat.cron;

/** Local times as the search wants them: a number of seconds since 1970-01-01T00:00 on the wall clock. */
interface LocalSeconds {
    /** No local time matches in the direction asked for; each bound lies behind every real answer. */
    long NONE_LATER = Long.MAX_VALUE;

    long NONE_EARLIER = Long.MIN_VALUE;

    /** Tells whether the wall clock is followed under {@link DstPolicy#VIXIE}. */
    boolean followsWall();

    /** Returns the first matching local time at or after the given one, or {@link #NONE_LATER}. */
    long next(long second);

    /** Returns the last matching local time at or before the given one, or {@link #NONE_EARLIER}. */
    long previous(long second);
}
