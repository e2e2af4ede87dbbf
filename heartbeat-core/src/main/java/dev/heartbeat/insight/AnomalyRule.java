package dev.heartbeat.insight;

import dev.heartbeat.insight.Finding.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a schedule does now that it did not do before; pure. */
final class AnomalyRule {
    /** Fewer milliseconds are noise of the machine. */
    static final double LEAST_MS = 100;

    private static final double LEAST_GAP_MS = 1_000;
    private static final int FEWEST_TROUBLES = 3;
    /** How likely chance alone may be to bring so many troubles. */
    private static final double UNLIKELY = 0.005;

    private AnomalyRule() {}

    static List<Finding> find(Series series, Instant at) {
        List<Finding> found = new ArrayList<>();
        Split.of(series.troubles(), at).ifPresent(split -> troubles(series, split, found));
        Split.of(series.durations(), at).ifPresent(split -> durations(series, split, found));
        Split.of(series.gaps(), at).ifPresent(split -> gaps(series, split, found));
        return found;
    }

    private static void troubles(Series series, Split split, List<Finding> found) {
        int before = (int) Arrays.stream(split.before()).sum();
        int now = (int) Arrays.stream(split.now()).sum();
        double chance = (before + 1.0) / (split.before().length + 2); // never 0 nor 1, however few there were
        double share = (double) now / split.now().length;
        if (now >= FEWEST_TROUBLES
                && share > chance
                && Robust.chanceOfAtLeast(now, split.now().length, chance) < UNLIKELY) {
            found.add(finding(
                    series,
                    Kind.FAILING_MORE,
                    (double) before / split.before().length,
                    share,
                    series.words() + " goes wrong more often than it did: " + now + " of the last "
                            + split.now().length + " runs failed or needed another attempt, " + before + " of "
                            + split.before().length + " before",
                    "Read the errors of its last runs, and mend the cause before no attempt is left"));
        }
    }

    private static void durations(Series series, Split split, List<Finding> found) {
        Band band = Band.of(split.before(), LEAST_MS);
        double now = Robust.median(split.now());
        String figures = ": " + Words.duration(now) + " now, " + Words.duration(band.median()) + " before (medians of "
                + split.now().length + " and " + split.before().length + " runs)";
        if (band.isAbove(split.now())) {
            found.add(
                    finding(
                            series,
                            Kind.TOO_LONG,
                            band.median(),
                            now,
                            series.words() + " takes longer than it did" + figures,
                            "Look at what it waits for; if it has more to do now, see that its timeout and the budget allow it"));
        } else if (band.isBelow(split.now())) {
            found.add(
                    finding(
                            series,
                            Kind.TOO_SHORT,
                            band.median(),
                            now,
                            series.words() + " is over sooner than it was" + figures,
                            "Look at its last results: a run that finds nothing to do, where there should be something, is short"));
        }
    }

    private static void gaps(Series series, Split split, List<Finding> found) {
        Band band = Band.of(split.before(), LEAST_GAP_MS);
        double now = Robust.median(split.now());
        String figures = ": every " + Words.duration(now) + " now, every " + Words.duration(band.median()) + " before";
        if (band.isAbove(split.now())) {
            found.add(finding(
                    series,
                    Kind.TOO_RARELY,
                    band.median(),
                    now,
                    series.words() + " runs less often than it did" + figures,
                    "See whether pulses come as they should, and what the ledger says of fires that were missed; if"
                            + " somebody changed its timing, all is well"));
        } else if (band.isBelow(split.now())) {
            found.add(finding(
                    series,
                    Kind.TOO_OFTEN,
                    band.median(),
                    now,
                    series.words() + " runs more often than it did" + figures,
                    "Look at its timing and at who has changed it; if it was meant, all is well"));
        }
    }

    private static Finding finding(Series series, Kind kind, double usual, double now, String cause, String nextStep) {
        return new Finding(kind, series.schedule(), series.task(), 0, usual, now, null, cause, nextStep);
    }
}
