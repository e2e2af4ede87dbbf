package dev.heartbeat.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A timer that calls when a test lets its time pass; for one thread. */
final class HandTimer implements Timer {
    private final AtomicLong nanos = new AtomicLong();
    private final List<Planned> planned = new ArrayList<>();
    private boolean closed;

    private record Planned(long at, Runnable work) {}

    Pace pace() {
        return new CountedPace(nanos);
    }

    /** Lets the time pass; what is planned within it is called at its time. */
    void pass(Duration time) {
        long until = nanos.get() + time.toNanos();
        while (true) {
            Planned next = planned.stream()
                    .filter(each -> each.at <= until)
                    .min(Comparator.comparingLong(Planned::at))
                    .orElse(null);
            if (next == null) {
                break;
            }
            planned.remove(next);
            nanos.set(next.at);
            next.work.run();
        }
        nanos.set(until);
    }

    @Override
    public Call after(long wait, Runnable work) {
        if (closed) {
            return null;
        }
        Planned call = new Planned(nanos.get() + Math.max(0, wait), work);
        planned.add(call);
        return () -> planned.remove(call);
    }

    @Override
    public void aside(Runnable work) {
        work.run();
    }

    @Override
    public void close() {
        closed = true;
        planned.clear();
    }
}
