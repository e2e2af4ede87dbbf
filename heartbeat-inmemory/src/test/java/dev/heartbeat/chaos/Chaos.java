package dev.heartbeat.chaos;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

/** Plays plans, one after the other on each processor, and makes a small one of the first that breaks a rule. */
final class Chaos {
    private static final int MOST_TRIES = 600;

    private final Function<InMemoryHeartbeatStore, HeartbeatStore> store;
    private final Predicate<Violation> looksFor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> figures = new TreeMap<>();
    private final List<Throwable> broken = new ArrayList<>();
    private Finding finding;

    /** A plan that breaks a rule. */
    record Finding(Plan plan, List<Violation> violations, Plan shrunk, List<Violation> left, String story) {
        @Override
        public String toString() {
            return "plan " + plan.seed() + " breaks a rule; play it again with -Dheartbeat.seed=" + plan.seed() + "\n  "
                    + violations.get(0) + "\nshrunk from " + Shrinker.size(plan) + " parts to " + Shrinker.size(shrunk)
                    + "\n    " + shrunk + "\n  " + left.get(0) + "\nwhat happened in it\n" + story;
        }
    }

    /**
     * Makes a run of plans.
     *
     * @param store what stands between the heartbeats and their store
     * @param looksFor which violations count
     */
    Chaos(Function<InMemoryHeartbeatStore, HeartbeatStore> store, Predicate<Violation> looksFor) {
        this.store = store;
        this.looksFor = looksFor;
    }

    /** Plays the plans of so many seeds, or up to the first that breaks a rule. */
    Optional<Finding> play(long firstSeed, long plans) throws InterruptedException {
        AtomicLong next = new AtomicLong();
        List<Thread> players = new ArrayList<>();
        for (int i = Runtime.getRuntime().availableProcessors(); i > 0; i--) {
            Thread player = new Thread(() -> play(firstSeed, plans, next), "chaos-player-" + i);
            player.start();
            players.add(player);
        }
        for (Thread player : players) {
            player.join();
        }
        if (!broken.isEmpty()) {
            throw new AssertionError("chaos itself broke, in " + broken.get(0).getMessage(), broken.get(0));
        }
        return Optional.ofNullable(finding);
    }

    private void play(long firstSeed, long plans, AtomicLong next) {
        try (Crew crew = new Crew()) {
            for (long i; (i = next.getAndIncrement()) < plans; ) {
                Plan plan = PlanMaker.plan(firstSeed + i);
                try {
                    World.Outcome outcome = play(plan, crew);
                    count(outcome);
                    if (!violations(outcome).isEmpty()) {
                        next.set(plans);
                        found(plan, crew);
                    }
                } catch (Throwable e) {
                    next.set(plans);
                    broke(new AssertionError("plan " + plan.seed(), e));
                }
            }
        }
    }

    World.Outcome play(Plan plan, Crew crew) {
        try (World world = new World(plan, crew, store)) {
            return world.play();
        }
    }

    private List<Violation> violations(World.Outcome outcome) {
        return Checker.check(outcome).stream().filter(looksFor).toList();
    }

    private void found(Plan plan, Crew crew) {
        List<Violation> violations = violations(play(plan, crew));
        String rule = violations.get(0).rule();
        Plan shrunk = Shrinker.shrink(
                plan,
                tried -> violations(play(tried, crew)).stream()
                        .anyMatch(violation -> violation.rule().equals(rule)),
                MOST_TRIES);
        World.Outcome left = play(shrunk, crew);
        Finding found = new Finding(plan, violations, shrunk, violations(left), Story.of(left));
        lock.lock();
        try {
            finding = found;
        } finally {
            lock.unlock();
        }
    }

    private void broke(Throwable thrown) {
        lock.lock();
        try {
            broken.add(thrown);
        } finally {
            lock.unlock();
        }
    }

    private void count(World.Outcome outcome) {
        Journal journal = outcome.journal();
        lock.lock();
        try {
            count("  plans", 1);
            count(" pulses", journal.pulses.size());
            count(" claims", journal.claims.size());
            count(" calls of tasks", journal.calls.size());
            count(" edits by people", journal.people.size());
            count(" answers by token", journal.answers.size());
            count(" backfills asked for", journal.backfills.size());
            count(" fires called off", journal.calledOff.size());
            count(
                    " writes of circuits",
                    journal.circuits.values().stream().mapToInt(List::size).sum());
            journal.injected.forEach((what, times) -> count("injected: " + what, times));
            for (RunRecord entry : outcome.ledger()) {
                String reason = entry.outcome() == Outcome.SKIPPED && entry.attempt() > 0 ? null : entry.reason();
                count("fires " + entry.outcome().text() + (reason == null ? "" : ", " + reason), entry.count());
            }
        } finally {
            lock.unlock();
        }
    }

    private void count(String what, long times) {
        figures.merge(what, times, Long::sum);
    }

    /** Returns what was done, line by line. */
    String figures() {
        StringBuilder text = new StringBuilder();
        figures.forEach((what, times) -> text.append(String.format("%n%,12d  %s", times, what.strip())));
        return text.toString();
    }
}
