package dev.heartbeat.chaos;

import dev.heartbeat.Audit;
import dev.heartbeat.PulseRequest;
import dev.heartbeat.chaos.Journal.PersonDid.Kind;
import dev.heartbeat.task.RunToken;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One thing that is done to a world. A new capability is a new record here, and a line where plans are made. */
interface Deed {
    Audit ADA = Audit.by("ada", "chaos");

    void on(World world);

    /** Returns the schedule or the instance that it is done to. */
    String target();

    /** A pulse from outside; nothing if the instance is not there. */
    record Pulse(String target, boolean awaitsRuns) implements Deed {
        @Override
        public void on(World world) {
            PulseRequest request = PulseRequest.from("outside");
            world.pulse(target, awaitsRuns ? request.awaitingRuns() : request);
        }
    }

    /** Somebody asks for the health. */
    record Look(String target) implements Deed {
        @Override
        public void on(World world) {
            world.look(target);
        }
    }

    /** The process dies, wherever it is. */
    record Crash(String target) implements Deed {
        @Override
        public void on(World world) {
            world.crash(world.instance(target).life);
        }
    }

    /** The process is shut down in an orderly way, and then it is gone. */
    record Close(String target) implements Deed {
        @Override
        public void on(World world) {
            world.close(world.instance(target));
        }
    }

    /** A process is started, unless there is one. */
    record Start(String target) implements Deed {
        @Override
        public void on(World world) {
            world.start(world.instance(target));
        }
    }

    /** Nothing of the process moves for a while. */
    record Freeze(String target, Duration time) implements Deed {
        @Override
        public void on(World world) {
            world.freeze(world.instance(target), time);
        }
    }

    /** The clock of the machine steps. */
    record Skew(String target, Duration to) implements Deed {
        @Override
        public void on(World world) {
            world.skew(world.instance(target), to);
        }
    }

    /** A call of the instance will go wrong. */
    record Arm(String target, Fault fault) implements Deed {
        @Override
        public void on(World world) {
            world.instance(target).arm(fault);
        }
    }

    /** All calls of the instance fail for a while. */
    record CutOff(String target, Duration time) implements Deed {
        @Override
        public void on(World world) {
            world.cutOff(world.instance(target), time);
        }
    }

    /** A person asks for a run. */
    record Force(String target) implements Deed {
        @Override
        public void on(World world) {
            world.write(target, Kind.FORCED, "lastRun", null);
        }
    }

    /** A person asks for a run through the library. */
    record RunNow(String target) implements Deed {
        @Override
        public void on(World world) {
            world.person(target, Kind.FORCED, store -> world.console().runNow(target, ADA));
        }
    }

    record Time(String target, String cron) implements Deed {
        @Override
        public void on(World world) {
            world.write(target, Kind.TIMED, "cron", cron);
        }
    }

    record Enable(String target, boolean enabled) implements Deed {
        @Override
        public void on(World world) {
            world.write(target, Kind.PLAIN, "enabled", enabled);
        }
    }

    /** A person asks for past fires, or what that would run. */
    record Backfill(String target, Duration back, Duration length, boolean dryRun) implements Deed {
        @Override
        public void on(World world) {
            world.backfill(target, back, length, dryRun);
        }
    }

    /** A person ends the backfill. */
    record StopBackfill(String target) implements Deed {
        @Override
        public void on(World world) {
            world.person(target, Kind.STOPPED, store -> world.console().stopBackfill(target, ADA));
        }
    }

    /** A queue, or everything if there is no name, is paused. */
    record PauseWidely(String target, Duration time) implements Deed {
        @Override
        public void on(World world) {
            world.pauses(console -> {
                if (target.isEmpty()) {
                    console.pauseAll(world.now().plus(time), ADA);
                } else {
                    console.pauseQueue(target, world.now().plus(time), ADA);
                }
            });
        }
    }

    record ResumeWidely(String target) implements Deed {
        @Override
        public void on(World world) {
            world.pauses(console -> {
                if (target.isEmpty()) {
                    console.resumeAll(ADA);
                } else {
                    console.resumeQueue(target, ADA);
                }
            });
        }
    }

    /** A person calls off what the schedule has begun, from an instance. */
    record Cancel(String target, String from) implements Deed {
        @Override
        public void on(World world) {
            world.cancel(target, world.life(from));
        }
    }

    /** Somebody answers for a run of the schedule by a token, of whatever kind, from an instance. */
    record Answer(String target, String from, Which token, Behaviour.Kind kind) implements Deed {
        enum Which {
            LATEST,
            /** That of the run before. */
            OLD,
            FORGED
        }

        @Override
        public void on(World world) {
            List<RunToken> tokens = world.journal().calls.stream()
                    .filter(call -> call.schedule.equals(target))
                    .map(call -> call.token)
                    .toList();
            if (!tokens.isEmpty()) {
                world.answer(world.life(from), token(tokens), kind);
            }
        }

        private RunToken token(List<RunToken> tokens) {
            RunToken latest = tokens.get(tokens.size() - 1);
            return switch (token) {
                case LATEST -> latest;
                case OLD -> tokens.get(Math.max(0, tokens.size() - 2));
                case FORGED -> RunToken.of(target, latest.fireKey(), "forged");
            };
        }
    }

    /** A field that nothing depends on. */
    record Touch(String target) implements Deed {
        @Override
        public void on(World world) {
            world.write(
                    target, Kind.PLAIN, "params", Map.of("touched", world.now().toString()));
        }
    }

    record PauseFor(String target, Duration time) implements Deed {
        @Override
        public void on(World world) {
            world.person(
                    target,
                    Kind.PLAIN,
                    store -> world.console().pause(target, world.now().plus(time), ADA));
        }
    }

    record Resume(String target) implements Deed {
        @Override
        public void on(World world) {
            world.person(target, Kind.PLAIN, store -> world.console().resume(target, ADA));
        }
    }

    /** lastRun is set to an instant, as a form would. */
    record MoveLastRun(String target, Duration ahead) implements Deed {
        @Override
        public void on(World world) {
            world.write(target, Kind.MOVED, "lastRun", world.now().plus(ahead));
        }
    }

    /** A person opens the document in an editor. */
    record Load(String target) implements Deed {
        @Override
        public void on(World world) {
            world.load(target);
        }
    }

    /** A person saves the whole document as it was opened. */
    record Save(String target) implements Deed {
        @Override
        public void on(World world) {
            world.save(target);
        }
    }

    /** A person writes the document anew with the fields that the person knows. */
    record Forget(String target) implements Deed {
        @Override
        public void on(World world) {
            world.change(target, Kind.REWOUND, fields -> {
                Map<String, Object> known = new HashMap<>(fields);
                known.remove("heartbeat");
                return known;
            });
        }
    }

    record Spoil(String target) implements Deed {
        @Override
        public void on(World world) {
            world.write(target, Kind.SPOILT, "enabled", "yes");
        }
    }

    /** The spoilt field is mended. */
    record Mend(String target) implements Deed {
        @Override
        public void on(World world) {
            world.write(target, Kind.PLAIN, "enabled", true);
        }
    }

    record Delete(String target) implements Deed {
        @Override
        public void on(World world) {
            world.person(target, Kind.DELETED, store -> store.delete(target));
        }
    }

    /** The schedule is made again, if it is not there. */
    record Define(String target) implements Deed {
        @Override
        public void on(World world) {
            world.create(target);
        }
    }
}
