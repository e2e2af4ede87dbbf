package dev.heartbeat.cron;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;

/** Fires at every whole multiple of a period since the epoch. */
record PeriodicTiming(Duration period) implements Timing {
    static final String ALLOWED = "an ISO-8601 duration from PT1S to PT8784H (366 days)";
    static final String EXAMPLE = "\"@every PT30M\"";

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

    static PeriodicTiming of(Duration period) {
        String text = textOf(period);
        if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
            throw new InvalidCronException(
                    text,
                    null,
                    "Cannot use the period of " + Quoted.of(text) + ": it is out of range. Allowed: " + ALLOWED
                            + ". Example: " + EXAMPLE + ".");
        }
        return new PeriodicTiming(period);
    }

    @Override
    public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(dst, "dst");
        if (period.getNano() != 0) {
            BigInteger nanos = nanos(period);
            return instant(multipleUpTo(nanos(after), nanos).add(nanos));
        }
        long seconds = period.getSeconds();
        return instant((Math.floorDiv(after.getEpochSecond(), seconds) + 1) * seconds);
    }

    @Override
    public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(dst, "dst");
        if (period.getNano() != 0) {
            return instant(multipleUpTo(nanos(before).subtract(BigInteger.ONE), nanos(period)));
        }
        long seconds = period.getSeconds();
        long last = before.getNano() > 0 ? before.getEpochSecond() : before.getEpochSecond() - 1;
        return instant(Math.floorDiv(last, seconds) * seconds);
    }

    @Override
    public String text() {
        return textOf(period);
    }

    @Override
    public String toString() {
        return text();
    }

    private static String textOf(Duration period) {
        return TimingReader.EVERY + " " + period;
    }

    private static BigInteger multipleUpTo(BigInteger nanos, BigInteger period) {
        return nanos.subtract(nanos.mod(period));
    }

    private static BigInteger nanos(Instant instant) {
        return nanos(Duration.between(Instant.EPOCH, instant));
    }

    private static BigInteger nanos(Duration duration) {
        return BigInteger.valueOf(duration.getSeconds())
                .multiply(NANOS_PER_SECOND)
                .add(BigInteger.valueOf(duration.getNano()));
    }

    private static Optional<Instant> instant(BigInteger nanos) {
        BigInteger nano = nanos.mod(NANOS_PER_SECOND);
        return instant(nanos.subtract(nano).divide(NANOS_PER_SECOND).longValueExact())
                .map(second -> second.plusNanos(nano.longValueExact()));
    }

    private static Optional<Instant> instant(long epochSecond) {
        return epochSecond < Instant.MIN.getEpochSecond() || epochSecond > Instant.MAX.getEpochSecond()
                ? Optional.empty()
                : Optional.of(Instant.ofEpochSecond(epochSecond));
    }
}
