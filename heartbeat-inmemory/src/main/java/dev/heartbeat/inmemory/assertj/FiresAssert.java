package dev.heartbeat.inmemory.assertj;

import dev.heartbeat.inmemory.Fire;
import dev.heartbeat.task.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.assertj.core.api.AbstractListAssert;
import org.assertj.core.api.ObjectAssert;

/** Assertions about fires, besides those about any list. Not thread-safe. */
public final class FiresAssert extends AbstractListAssert<FiresAssert, List<Fire>, Fire, ObjectAssert<Fire>> {
    FiresAssert(List<Fire> actual) {
        super(actual, FiresAssert.class);
    }

    /**
     * Checks that these are the instants that were asked for, in this order.
     *
     * @param instants in ISO form, such as {@code 2026-03-02T08:00:00Z}
     */
    public FiresAssert firedAt(String... instants) {
        isNotNull();
        List<Instant> expected = Arrays.stream(instants).map(Instant::parse).toList();
        List<Instant> found = actual.stream().map(Fire::at).toList();
        if (!found.equals(expected)) {
            failWithMessage("%nExpected fires at%n  %s%nbut they were at%n  %s", expected, found);
        }
        return this;
    }

    /** Checks that every fire was executed, and that there was one at least. */
    public FiresAssert wereExecuted() {
        isNotEmpty();
        return all("to be executed", fire -> fire.outcome() == Outcome.EXECUTED);
    }

    /** Checks that no fire was missed or skipped; those that failed were not. */
    public FiresAssert wereAllStarted() {
        isNotNull();
        return all("to be started", fire -> fire.outcome() != Outcome.MISSED && fire.outcome() != Outcome.SKIPPED);
    }

    /** Checks that so many fires ended in this way. */
    public FiresAssert hadOutcome(Outcome outcome, int times) {
        isNotNull();
        List<Fire> found =
                actual.stream().filter(fire -> fire.outcome() == outcome).toList();
        if (found.size() != times) {
            failWithMessage(
                    "%nExpected %s fires to be %s, but there were %s:%n  %s", times, outcome, found.size(), found);
        }
        return this;
    }

    /** Checks that the last attempt of every fire that was started began at most so long after its instant. */
    public FiresAssert startedWithin(Duration most) {
        isNotNull();
        return all(
                "to start within " + most,
                fire -> fire.delay().map(delay -> delay.compareTo(most) <= 0).orElse(fire.attempts() == 0));
    }

    /**
     * Checks that no run began before the one before it had ended; of one schedule, or of all that are here. Of each fire the
     * last attempt is looked at.
     */
    public FiresAssert didNotOverlap() {
        isNotNull();
        Fire before = null;
        for (Fire fire : actual.stream()
                .filter(each -> each.startedAt() != null)
                .sorted(Comparator.comparing(Fire::startedAt))
                .toList()) {
            if (before != null && before.endedAt().isAfter(fire.startedAt())) {
                failWithMessage("%nExpected no runs to overlap, but these did:%n  %s%n  %s", before, fire);
            }
            before = fire;
        }
        return this;
    }

    private FiresAssert all(String wish, Predicate<Fire> test) {
        List<Fire> others = actual.stream().filter(test.negate()).toList();
        if (!others.isEmpty()) {
            failWithMessage(
                    "%nExpected all %s fires %s, but %s did not:%n  %s", actual.size(), wish, others.size(), others);
        }
        return this;
    }

    @Override
    protected ObjectAssert<Fire> toAssert(Fire value, String description) {
        return new ObjectAssert<>(value).as(description);
    }

    @Override
    protected FiresAssert newAbstractIterableAssert(Iterable<? extends Fire> iterable) {
        List<Fire> fires = new java.util.ArrayList<>();
        iterable.forEach(fires::add);
        return new FiresAssert(fires);
    }
}
