package dev.heartbeat.cron;

/**
 * What a cron expression does where the offset of its zone changes: in the gap of local times that are left out when
 * clocks go forward, and in the overlap of local times that come twice when they go back.
 *
 * <p>If a fire that was moved meets another one at the same instant they are one fire. The examples are about New York,
 * which leaves out 02:00 to 03:00 in March and repeats 01:00 to 02:00 in November.
 */
public enum DstPolicy {
    /**
     * The way of Vixie cron, and the default. An expression whose minute or hour field starts with {@code *} follows
     * the wall clock as {@link #WALL} does. Any other one has fixed times, of which none is lost and none runs twice:
     * those that fall into a gap make one fire at its end ({@code 30 2 * * *} at 03:00), and those in an overlap fire
     * in its first pass only.
     *
     * <p>As in Vixie cron, this holds for changes of up to three hours. A larger one, such as the day that Samoa left
     * out at the date line in 2011, is no daylight saving time but another calendar, and the wall clock is followed.
     */
    VIXIE,
    /**
     * The wall clock and nothing else: a fire at each real minute at which the local clock shows a matching time.
     * Times in a gap are skipped ({@code 30 2 * * *} does not fire that day), times in an overlap fire twice.
     */
    WALL,
    /**
     * Each local time once: a time in a gap moves later by the length of the gap ({@code 30 2 * * *} fires at 03:30),
     * a time in an overlap fires in the first pass only, also for {@code * * * * *}. The size of the change does not
     * matter.
     */
    SHIFT
}
