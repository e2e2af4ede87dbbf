package dev.heartbeat.cron;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The instants at which local times happen in a zone: {@link FireSearch}, within bounds and under a policy. */
final class WallFires {
    static final int FIRST_YEAR = -999_999;
    static final int LAST_YEAR = 999_999;
    private static final long SECONDS_PER_DAY = 86_400;

    /** The bounds of the search. Well inside what java.time can count, so that nothing near them overflows. */
    private static final long FIRST_SECOND = LocalDate.of(FIRST_YEAR, 1, 1).toEpochDay() * SECONDS_PER_DAY;

    private static final long LAST_SECOND = LocalDate.of(LAST_YEAR + 1, 1, 1).toEpochDay() * SECONDS_PER_DAY - 1;

    private WallFires() {}

    static Optional<Instant> next(LocalSeconds times, Instant after, ZoneId zone, DstPolicy dst) {
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(dst, "dst");
        long second = after.getEpochSecond();
        if (second >= LAST_SECOND) {
            return Optional.empty();
        }
        // Fires have no fraction of a second, so the next whole second is the first that can be later.
        long from = Math.max(second + 1, FIRST_SECOND);
        ZoneOffset offset = fixedOffset(zone);
        long fire = offset != null
                ? FireSearch.next(times, offset, from)
                : FireSearch.next(times, effective(times, dst), zone.getRules(), from);
        return fire > LAST_SECOND ? Optional.empty() : Optional.of(Instant.ofEpochSecond(fire));
    }

    static Optional<Instant> previous(LocalSeconds times, Instant before, ZoneId zone, DstPolicy dst) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(dst, "dst");
        long second = before.getNano() > 0 ? before.getEpochSecond() : before.getEpochSecond() - 1;
        if (second < FIRST_SECOND) {
            return Optional.empty();
        }
        long to = Math.min(second, LAST_SECOND);
        ZoneOffset offset = fixedOffset(zone);
        long fire = offset != null
                ? FireSearch.previous(times, offset, to)
                : FireSearch.previous(times, effective(times, dst), zone.getRules(), to);
        return fire < FIRST_SECOND ? Optional.empty() : Optional.of(Instant.ofEpochSecond(fire));
    }

    private static @Nullable ZoneOffset fixedOffset(ZoneId zone) {
        if (zone instanceof ZoneOffset offset) {
            // Asked first, because an offset makes a new object each time that it is asked for its rules.
            return offset;
        }
        ZoneRules rules = zone.getRules();
        return rules.isFixedOffset() ? rules.getOffset(Instant.EPOCH) : null;
    }

    private static DstPolicy effective(LocalSeconds times, DstPolicy dst) {
        return dst == DstPolicy.VIXIE && times.followsWall() ? DstPolicy.WALL : dst;
    }
}
