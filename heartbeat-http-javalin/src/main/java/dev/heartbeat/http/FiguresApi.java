package dev.heartbeat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heartbeat.health.DayFigures;
import dev.heartbeat.health.DayFigures.Hour;
import dev.heartbeat.health.Health;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is told from the figures of days: trend, success metrics, counts. Each answer is one read of state cells. */
final class FiguresApi {
    private static final int MOST_HOURS = 48;
    private static final int MOST_DAYS = 60;
    private static final int METRIC_DAYS = 30;

    private final Backend backend;

    FiguresApi(Backend backend) {
        this.backend = backend;
    }

    private record Bucket(Instant start, String label, Hour sums) {}

    ObjectNode trend(QueryString query) throws MalformedException {
        if (query.text("hours").isPresent() && query.text("days").isPresent()) {
            throw new MalformedException("hours and days are two ways to ask; one of them is enough");
        }
        ZoneId zone = query.zone("tz");
        int hours = query.number("hours", 1, MOST_HOURS, 24);
        int days = query.number("days", 1, MOST_DAYS, 7);
        boolean daily = query.text("days").isPresent();
        Instant now = backend.now();
        LocalDate today = LocalDate.ofInstant(now, zone);
        Instant midnight = today.atStartOfDay(zone).toInstant();
        Instant first = daily
                ? today.minusDays(days - 1L).atStartOfDay(zone).toInstant()
                : now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(hours - 1L));
        HourSums sums = HourSums.of(days(first.isBefore(midnight) ? first : midnight, now));
        List<Bucket> buckets = daily ? daily(sums, today, days, zone) : hourly(sums, first, hours, zone);

        ObjectNode root = Nodes.object();
        root.put("unit", daily ? "day" : "hour");
        root.put("zone", zone.getId());
        ArrayNode list = root.putArray("buckets");
        long total = 0;
        long failed = 0;
        Bucket peak = buckets.get(0);
        for (Bucket bucket : buckets) {
            ObjectNode node = bucket(bucket);
            node.put("failed", bucket.sums.failed());
            list.add(node);
            total += bucket.sums.executed();
            failed += bucket.sums.failed();
            peak = bucket.sums.executed() > peak.sums.executed() ? bucket : peak;
        }
        boolean none = total == 0;
        double average = Math.round(10.0 * total / buckets.size()) / 10.0;
        root.set("peak", none ? null : bucket(peak));
        root.put("average", average);
        root.put("total", total);
        root.put("totalFailed", failed);
        String unit = daily ? "day" : "hour";
        ObjectNode text = root.putObject("text");
        text.put(
                "peak",
                none ? "Peak: none" : "Peak: " + peak.label + " (" + Words.counted(peak.sums.executed(), "task") + ")");
        text.put("average", "Average: " + String.format(Locale.ROOT, "%.1f", average) + " tasks/" + unit);
        String whole = "Total: " + Words.counted(total, "task") + " in " + Words.counted(buckets.size(), unit);
        text.put(
                "total",
                daily
                        ? whole
                        : whole + ", "
                                + Words.counted(
                                        sums.between(midnight, Instant.MAX).executed(), "task") + " today");
        return root;
    }

    private static ObjectNode bucket(Bucket bucket) {
        ObjectNode node = Nodes.object();
        Nodes.time(node, "start", bucket.start);
        node.put("label", bucket.label);
        node.put("executed", bucket.sums.executed());
        return node;
    }

    private static List<Bucket> hourly(HourSums sums, Instant first, int hours, ZoneId zone) {
        List<Bucket> buckets = new ArrayList<>(hours);
        for (int i = 0; i < hours; i++) {
            Instant start = first.plus(Duration.ofHours(i));
            buckets.add(new Bucket(
                    start,
                    start.atZone(zone)
                            .toLocalTime()
                            .truncatedTo(ChronoUnit.MINUTES)
                            .toString(),
                    sums.between(start, start.plus(Duration.ofHours(1)))));
        }
        return buckets;
    }

    private static List<Bucket> daily(HourSums sums, LocalDate today, int days, ZoneId zone) {
        List<Bucket> buckets = new ArrayList<>(days);
        for (int i = days - 1; i >= 0; i--) {
            LocalDate date = today.minusDays(i);
            Instant start = date.atStartOfDay(zone).toInstant();
            Instant end = date.plusDays(1).atStartOfDay(zone).toInstant();
            buckets.add(new Bucket(start, date.toString(), sums.between(start, end)));
        }
        return buckets;
    }

    private List<DayFigures> days(Instant from, Instant to) {
        return backend.heartbeat()
                .history()
                .days(LocalDate.ofInstant(from, ZoneOffset.UTC), LocalDate.ofInstant(to, ZoneOffset.UTC));
    }

    ObjectNode metrics() {
        LocalDate today = LocalDate.ofInstant(backend.now(), ZoneOffset.UTC);
        LocalDate from = today.minusDays(METRIC_DAYS - 1L);
        List<DayFigures> days = backend.heartbeat().history().days(from, today);
        Health health = backend.health().health();
        boolean silent = health.heartbeat()
                .filter(last -> !backend.now()
                        .isBefore(last.timestamp().plus(backend.heartbeat().staleAfter())))
                .isPresent();
        Metrics metrics = new Metrics(
                days, backend.heartbeat().interval(), backend.heartbeat().staleAfter(), silent);
        ObjectNode root = Nodes.object();
        root.put("days", METRIC_DAYS);
        root.put("from", from.toString());
        root.put("to", today.toString());
        root.put("zone", "UTC");
        root.put("since", metrics.since().map(LocalDate::toString).orElse(null));
        ArrayNode list = root.putArray("metrics");
        for (Metrics.Metric metric : metrics.all()) {
            ObjectNode node = list.addObject();
            node.put("id", metric.id());
            node.put("name", metric.name());
            node.put("definition", metric.definition());
            node.put("target", metric.target());
            node.put("value", metric.value());
            node.put("unit", metric.unit());
            node.put("text", metric.text());
            node.put("state", metric.state().text());
        }
        return root;
    }

    ObjectNode counts() {
        LocalDate today = LocalDate.ofInstant(backend.now(), ZoneOffset.UTC);
        LocalDate first = today.minusDays(DayFigures.DAYS_KEPT - 1L);
        LocalDate listed = today.minusDays(METRIC_DAYS - 1L);
        List<DayFigures> days = new ArrayList<>(backend.heartbeat().history().days(first, today));
        java.util.Collections.reverse(days);
        ObjectNode root = Nodes.object();
        root.put("zone", "UTC");
        TreeSet<String> names = new TreeSet<>();
        ArrayNode daily = Nodes.array();
        ArrayNode tasks = Nodes.array();
        TreeMap<YearMonth, Map<String, Long>> months = new TreeMap<>(java.util.Comparator.reverseOrder());
        for (DayFigures day : days) {
            names.addAll(day.counts().keySet());
            Map<String, Long> month = months.computeIfAbsent(YearMonth.from(day.day()), each -> new TreeMap<>());
            day.counts().forEach((name, n) -> month.merge(name, n, Long::sum));
            if (day.day().isBefore(listed)) {
                continue;
            }
            if (!day.counts().isEmpty()) {
                ObjectNode node = daily.addObject();
                node.put("date", day.day().toString());
                node.set("counts", Nodes.value(day.counts()));
            }
            ObjectNode node = tasks.addObject();
            node.put("date", day.day().toString());
            node.put("executed", day.executed());
            node.put("playbooks", day.playbooksExecuted());
            node.put("browser", day.browserExecuted());
        }
        ArrayNode list = root.putArray("names");
        names.forEach(list::add);
        root.set("days", daily);
        ArrayNode monthly = root.putArray("months");
        months.forEach((month, counts) -> {
            ObjectNode node = monthly.addObject();
            node.put("month", month.toString());
            node.put("whole", !month.atDay(1).isBefore(first));
            node.set("counts", Nodes.value(counts));
        });
        root.set("tasks", tasks);
        return root;
    }

    /** Four digits are more than anybody reads. */
    static double rounded(double ratio) {
        return Math.round(ratio * 10_000) / 10_000.0;
    }
}
