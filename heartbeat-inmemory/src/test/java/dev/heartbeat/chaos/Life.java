package dev.heartbeat.chaos;

import dev.heartbeat.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** One life of an instance: a process with a heartbeat in it. */
final class Life {
    final Instance instance;
    final Journal.LifeOf of;
    final WorldTime.Program process;
    final LifeClock clock;
    Heartbeat heartbeat;
    boolean closing;

    Life(Instance instance, Journal.LifeOf of, WorldTime.Program process, LifeClock clock) {
        this.instance = instance;
        this.of = of;
        this.process = process;
        this.clock = clock;
    }

    @Override
    public String toString() {
        return of.toString();
    }

    /** A machine that has one life after the other. */
    static final class Instance {
        final Plan.InstanceSpec spec;
        private final List<Fault> armed = new ArrayList<>();
        private Instant cutOffUntil = Instant.MIN;
        Duration skew;
        Life life;
        int lives;

        Instance(Plan.InstanceSpec spec) {
            this.spec = spec;
            this.skew = spec.skew();
        }

        void arm(Fault fault) {
            armed.add(fault);
        }

        void cutOff(Instant until) {
            cutOffUntil = until;
        }

        void heal() {
            armed.clear();
            cutOffUntil = Instant.MIN;
        }

        /** Returns what goes wrong with a call of the verb now, or null. */
        Fault fault(String verb, Instant now) {
            for (Iterator<Fault> each = armed.iterator(); each.hasNext(); ) {
                Fault fault = each.next();
                if (fault.strikes(verb)) {
                    each.remove();
                    return fault;
                }
            }
            return now.isBefore(cutOffUntil) ? new Fault(verb, Fault.Kind.FAILED, Duration.ZERO) : null;
        }
    }
}
