package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Plan.Act;
import dev.heartbeat.chaos.Plan.InstanceSpec;
import dev.heartbeat.chaos.Plan.ScheduleSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a plan smaller as long as it still breaks the same rule: fewer acts, schedules, instances. */
final class Shrinker {
    private final Predicate<Plan> breaks;
    private int triesLeft;

    private Shrinker(Predicate<Plan> breaks, int mostTries) {
        this.breaks = breaks;
        this.triesLeft = mostTries;
    }

    /**
     * Shrinks.
     *
     * @param breaks whether a plan breaks the rule
     * @param mostTries how many plans are played at the most
     */
    static Plan shrink(Plan plan, Predicate<Plan> breaks, int mostTries) {
        return new Shrinker(breaks, mostTries).shrink(plan);
    }

    private Plan shrink(Plan plan) {
        Plan smaller = plan;
        while (true) {
            Plan tried = withFewerActs(withFewerOthers(smaller));
            if (size(tried) == size(smaller)) {
                return tried;
            }
            smaller = tried;
        }
    }

    static int size(Plan plan) {
        return plan.acts().size() + plan.schedules().size() + plan.instances().size();
    }

    private Plan withFewerOthers(Plan plan) {
        Plan smaller = plan;
        for (ScheduleSpec schedule : plan.schedules()) {
            List<ScheduleSpec> others = new ArrayList<>(smaller.schedules());
            others.remove(schedule);
            smaller = keepIfItBreaks(
                    smaller.with(smaller.instances(), others, without(smaller.acts(), schedule.id())), smaller);
        }
        for (InstanceSpec instance : plan.instances()) {
            List<InstanceSpec> others = new ArrayList<>(smaller.instances());
            others.remove(instance);
            smaller = keepIfItBreaks(
                    smaller.with(others, smaller.schedules(), without(smaller.acts(), instance.name())), smaller);
        }
        return smaller;
    }

    private static List<Act> without(List<Act> acts, String target) {
        return acts.stream().filter(act -> !act.deed().target().equals(target)).toList();
    }

    /** Takes away halves, then quarters, down to single acts. */
    private Plan withFewerActs(Plan plan) {
        Plan smaller = plan;
        for (int length = Math.max(1, plan.acts().size() / 2); length > 0; length /= 2) {
            for (int from = 0; from < smaller.acts().size(); ) {
                List<Act> acts = new ArrayList<>(smaller.acts());
                acts.subList(from, Math.min(acts.size(), from + length)).clear();
                Plan tried = keepIfItBreaks(smaller.with(smaller.instances(), smaller.schedules(), acts), smaller);
                from += size(tried) == size(smaller) ? length : 0;
                smaller = tried;
            }
        }
        return smaller;
    }

    private Plan keepIfItBreaks(Plan tried, Plan otherwise) {
        return triesLeft-- > 0 && breaks.test(tried) ? tried : otherwise;
    }
}
