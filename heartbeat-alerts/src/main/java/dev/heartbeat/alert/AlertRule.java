package dev.heartbeat.alert;

import dev.heartbeat.health.Condition;
import dev.heartbeat.health.Health;
import dev.heartbeat.health.PulseStatus;
import dev.heartbeat.insight.Finding;
import dev.heartbeat.insight.Insight;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When people are to be told. The rule holds while the health has one of its statuses or one of its conditions, or the
 * insight a finding of one of its kinds; it tells of that once it has held for its patience, again at each repeat, and once
 * more when it holds no longer. Immutable and thread-safe; a change returns another rule.
 */
public final class AlertRule {
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Duration SHORTEST_REPEAT = Duration.ofMinutes(1);

    private final String name;
    private final Set<PulseStatus> statuses;
    private final Set<String> conditions;
    private final Set<Finding.Kind> kinds;
    private final Duration patience;
    private final @Nullable Duration repeat;
    private final boolean recovery;
    private final @Nullable QuietHours quiet;

    private AlertRule(
            String name,
            Set<PulseStatus> statuses,
            Set<String> conditions,
            Set<Finding.Kind> kinds,
            Duration patience,
            @Nullable Duration repeat,
            boolean recovery,
            @Nullable QuietHours quiet) {
        this.name = name;
        this.statuses = statuses;
        this.conditions = conditions;
        this.kinds = kinds;
        this.patience = patience;
        this.repeat = repeat;
        this.recovery = recovery;
        this.quiet = quiet;
    }

    /**
     * Returns a rule that tells at once of a status, once, and of its end.
     *
     * @param name what people and the store know it by: 1 to 100 characters, unique among the rules of one platform
     * @param first a status
     * @param more further ones
     * @throws IllegalArgumentException if the name is empty or too long, or {@link PulseStatus#ALIVE} is among the statuses
     */
    public static AlertRule on(String name, PulseStatus first, PulseStatus... more) {
        Set<PulseStatus> statuses = new TreeSet<>(List.of(more));
        statuses.add(first);
        if (statuses.contains(PulseStatus.ALIVE)) {
            throw new IllegalArgumentException(
                    "alert rule '" + name + "': ALIVE is what recovery tells of; allowed are WARNING, ERROR, UNKNOWN");
        }
        return new AlertRule(checked(name), Set.copyOf(statuses), Set.of(), Set.of(), Duration.ZERO, null, true, null);
    }

    /**
     * Returns a rule that tells at once of a condition, once, and of its end.
     *
     * @param name what people and the store know it by: 1 to 100 characters, unique among the rules of one platform
     * @param first the name of a condition, a constant of {@link Condition}
     * @param more further ones
     * @throws IllegalArgumentException if the name is empty or too long, or there is no such condition
     */
    public static AlertRule onCondition(String name, String first, String... more) {
        Set<String> conditions = new TreeSet<>(List.of(more));
        conditions.add(first);
        for (String condition : conditions) {
            if (!Condition.NAMES.contains(condition)) {
                throw new IllegalArgumentException("alert rule '" + name + "': there is no condition '" + condition
                        + "'; allowed are " + new TreeSet<>(Condition.NAMES));
            }
        }
        return new AlertRule(
                checked(name), Set.of(), Set.copyOf(conditions), Set.of(), Duration.ZERO, null, true, null);
    }

    /**
     * Returns a rule that tells at once of what stands out of the past, once, and of its end. The past is looked at once an
     * hour by each instance, aside; it is over once no instance has seen it for two hours.
     *
     * @param name what people and the store know it by: 1 to 100 characters, unique among the rules of one platform
     * @param first a kind of finding
     * @param more further ones
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public static AlertRule onInsight(String name, Finding.Kind first, Finding.Kind... more) {
        Set<Finding.Kind> kinds = new TreeSet<>(List.of(more));
        kinds.add(first);
        return new AlertRule(checked(name), Set.of(), Set.of(), Set.copyOf(kinds), Duration.ZERO, null, true, null);
    }

    private static String checked(String name) {
        if (name.isBlank() || name.length() > 100) {
            throw new IllegalArgumentException("alert rule '" + name + "' is not allowed; 1 to 100 characters");
        }
        return name;
    }

    /** Returns a rule that waits until it has held for so long; 0 to 366 days. */
    public AlertRule after(Duration patience) {
        if (patience.isNegative() || patience.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "patience " + patience + " of alert rule '" + name + "' is not allowed; PT0S to " + LONGEST);
        }
        return new AlertRule(name, statuses, conditions, kinds, patience, repeat, recovery, quiet);
    }

    /** Returns a rule that tells again while it holds, so long after the last time; 1 minute to 366 days. */
    public AlertRule repeating(Duration repeat) {
        if (repeat.compareTo(SHORTEST_REPEAT) < 0 || repeat.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("repeat " + repeat + " of alert rule '" + name + "' is not allowed; "
                    + SHORTEST_REPEAT + " to " + LONGEST);
        }
        return new AlertRule(name, statuses, conditions, kinds, patience, repeat, recovery, quiet);
    }

    /** Returns a rule that does not tell of its end. */
    public AlertRule withoutRecovery() {
        return new AlertRule(name, statuses, conditions, kinds, patience, repeat, false, quiet);
    }

    /** Returns a rule that tells nothing in these hours; what still holds after them is told then. */
    public AlertRule quiet(QuietHours hours) {
        return new AlertRule(
                name, statuses, conditions, kinds, patience, repeat, recovery, Objects.requireNonNull(hours, "hours"));
    }

    /** Returns what people and the store know it by. */
    public String name() {
        return name;
    }

    boolean isOfInsight() {
        return !kinds.isEmpty();
    }

    /** Tells whether it holds by what is known; of an insight nothing may be. */
    boolean holds(Health health, @Nullable Insight insight) {
        return statuses.contains(health.status())
                || !causes(health).isEmpty()
                || !findings(insight).isEmpty();
    }

    /** Returns the conditions that it watches, of which there are none in a rule on statuses. */
    List<Condition> causes(Health health) {
        return health.conditions().stream()
                .filter(condition -> conditions.contains(condition.name()))
                .toList();
    }

    /** Returns the findings that it watches. */
    List<Finding> findings(@Nullable Insight insight) {
        return insight == null
                ? List.of()
                : insight.findings().stream()
                        .filter(finding -> kinds.contains(finding.kind()))
                        .toList();
    }

    Duration patience() {
        return patience;
    }

    @Nullable
    Duration repeat() {
        return repeat;
    }

    boolean tellsRecovery() {
        return recovery;
    }

    boolean isQuiet(Instant now) {
        return quiet != null && quiet.hold(now);
    }

    @Override
    public String toString() {
        return "AlertRule[" + name + "]";
    }
}
