package dev.heartbeat.insight;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The figures of a task; pure. */
final class TaskRule {
    private static final double MOST = 0.95;

    private TaskRule() {}

    static TaskFigures figures(String task, List<Run> entries) {
        List<Run> runs = entries.stream().filter(Run::counts).toList();
        double[] took = Robust.sorted(
                runs.stream().map(Run::ms).filter(Objects::nonNull).toList());
        double[] late = Robust.sorted(
                runs.stream().map(Run::lateMs).filter(Objects::nonNull).toList());
        return new TaskFigures(
                task,
                (int) runs.stream().map(Run::schedule).distinct().count(),
                runs.size(),
                (int) runs.stream().filter(Run::failed).count(),
                (int) runs.stream().filter(Run::retried).count(),
                quantile(took, 0.5),
                took.length == 0 ? null : (Long) (long) Robust.spread(took),
                quantile(late, 0.5),
                quantile(late, MOST));
    }

    private static @Nullable Long quantile(double[] sorted, double share) {
        return sorted.length == 0 ? null : (Long) (long) Robust.quantile(sorted, share);
    }
}
