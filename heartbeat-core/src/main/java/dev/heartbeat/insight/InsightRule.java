package dev.heartbeat.insight;

import dev.heartbeat.insight.Finding.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Brings the rules together; pure. */
final class InsightRule {
    private InsightRule() {}

    static Insight insight(
            InsightReader settings,
            Instant from,
            Instant at,
            Extent ledger,
            Extent history,
            List<Run> runs,
            List<Seen> pulses) {
        Map<String, List<Run>> byTask = by(Run::task, runs);
        List<TaskFigures> tasks = new ArrayList<>();
        List<Finding> found = new ArrayList<>();
        byTask.forEach((task, ofTask) -> {
            tasks.add(TaskRule.figures(task, ofTask));
            by(Run::schedule, ofTask).forEach((schedule, ofSchedule) -> {
                Series series = new Series(schedule, task, ofSchedule);
                found.addAll(AnomalyRule.find(series, at));
                TrendRule.find(series, at).ifPresent(found::add);
            });
        });
        List<SourceFigures> sources = SourceRule.figures(pulses, settings.interval());
        Capacity capacity = CapacityRule.capacity(pulses, settings.room(), at);
        CapacityRule.find(pulses, capacity, at).ifPresent(found::add);
        SourceRule.find(pulses, sources, settings.interval(), settings.staleAfter())
                .ifPresent(found::add);
        tasks.removeIf(task -> task.runs() == 0);
        return new Insight(from, at, ledger, history, tasks, sources, capacity, inOrder(found));
    }

    private static Map<String, List<Run>> by(Function<Run, String> name, List<Run> runs) {
        return runs.stream().collect(Collectors.groupingBy(name, TreeMap::new, Collectors.toList()));
    }

    /**
     * Returns the findings, most serious first. Schedules of one task that show the same are one finding; so are all that run
     * more or less often, since that has one cause as a rule.
     */
    private static List<Finding> inOrder(List<Finding> found) {
        Map<String, List<Finding>> alike = found.stream()
                .collect(Collectors.groupingBy(
                        each -> each.kind() + (isOfCadence(each.kind()) ? "" : " " + each.task()),
                        TreeMap::new,
                        Collectors.toList()));
        Comparator<Finding> strongest = Comparator.comparing(Finding::strength).reversed();
        return alike.values().stream()
                .map(same -> same.stream()
                        .min(strongest.thenComparing(Finding::about))
                        .orElseThrow()
                        .standingFor(same.size() - 1))
                .sorted(Comparator.comparing(Finding::kind)
                        .thenComparing(strongest)
                        .thenComparing(Finding::about))
                .toList();
    }

    private static boolean isOfCadence(Kind kind) {
        return kind == Kind.TOO_OFTEN || kind == Kind.TOO_RARELY;
    }
}
