package dev.heartbeat.inmemory.kit;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.store.LastRun;
import dev.heartbeat.store.Page;
import dev.heartbeat.store.ScheduleDocument;
import dev.heartbeat.store.ScheduleEdit;
import dev.heartbeat.store.ScheduleState;
import dev.heartbeat.store.StoredSchedule;
import dev.heartbeat.store.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Stores that edit, delete or list schedules wrongly. */
final class BrokenEdits {
    private BrokenEdits() {}

    /** Writes a definition as a whole document, at every boot of a backend. */
    @SeenBy("define replaces the definition and nothing else")
    static final class DefineWipesPauseAndClaim extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    boolean isNew = healthy.document(edit.id()).isEmpty();
                    Optional<Version> version = super.edit(edit, expected);
                    if (isNew || edit.schedule() == null || version.isEmpty()) {
                        return version;
                    }
                    remove(edit.id(), "pausedUntil", "heartbeat", "lastRun");
                    return schedule(edit.id()).map(StoredSchedule::version);
                }
            };
        }
    }

    /** Has a list of the fields of a definition, and it is not whole. */
    @SeenBy({"define replaces the definition and nothing else"})
    static final class DefineLeavesTheCircuit extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    String circuit = schedule(edit.id())
                            .flatMap(stored -> stored.schedule().circuit())
                            .orElse(null);
                    Optional<Version> version = super.edit(edit, expected);
                    if (circuit == null || version.isEmpty()) {
                        return version;
                    }
                    change(edit.id(), circuit, "circuit");
                    return schedule(edit.id()).map(StoredSchedule::version);
                }
            };
        }
    }

    /** Does not compare the version that an edit expects. */
    @SeenBy({"only the expected version is edited", "one of many edits of one version wins"})
    static final class EditIgnoresTheVersion extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    return super.edit(edit, expected.equals(Version.NONE) ? expected : Version.ANY);
                }
            };
        }
    }

    /** Makes the document that an edit expects to find. */
    @SeenBy("any means that there is a document")
    static final class AnyMakesADocument extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    boolean isNew = healthy.document(edit.id()).isEmpty() && edit.schedule() != null;
                    return super.edit(edit, isNew ? Version.NONE : expected);
                }
            };
        }
    }

    /** Writes over the document that must not be there. */
    @SeenBy("none means that there is no document")
    static final class NoneWritesOverADocument extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    boolean isNew = healthy.document(edit.id()).isEmpty();
                    return super.edit(edit, !isNew && expected.equals(Version.NONE) ? Version.ANY : expected);
                }
            };
        }
    }

    /** Answers an edit that can make no document as one that came too late. */
    @SeenBy("an edit that would make a document without a definition is an error")
    static final class EditWithoutADefinitionIsLost extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    return edit.schedule() == null && expected.equals(Version.NONE)
                            ? Optional.empty()
                            : super.edit(edit, expected);
                }
            };
        }
    }

    /** Answers an edit with the version that it replaced. */
    @SeenBy({"each wish makes a version of its own", "only the expected version is edited"})
    static final class EditTellsTheOldVersion extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    Optional<Version> before = schedule(edit.id()).map(StoredSchedule::version);
                    Optional<Version> after = super.edit(edit, expected);
                    return after.isPresent() && before.isPresent() ? before : after;
                }
            };
        }
    }

    /** Begins a new life with the definition and nothing else. */
    @SeenBy("a new document holds what the edit says")
    static final class NewDocumentsHaveNoPause extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    return super.edit(
                            expected.equals(Version.NONE)
                                    ? new ScheduleEdit(
                                            edit.id(), edit.schedule(), edit.lastRun(), null, edit.state(), false)
                                    : edit,
                            expected);
                }
            };
        }
    }

    /** Makes up a cursor for documents that have none. */
    @SeenBy({"define without a state makes a new one", "a document that was written by hand has no state"})
    static final class StateIsMadeUp extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id)
                            .map(stored -> stored.state().equals(ScheduleState.NEW)
                                    ? stored.withState(ScheduleState.startingAt(
                                            stored.writtenAt(),
                                            stored.schedule().rule()))
                                    : stored);
                }
            };
        }
    }

    /** Writes the state of an edit into documents that have one. */
    @SeenBy("the state of an edit is for new documents only")
    static final class EditWritesItsState extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    Optional<Version> version = super.edit(edit, expected);
                    if (version.isPresent() && edit.state() != null) {
                        change(edit.id(), ScheduleDocument.heartbeat(edit.state()), "heartbeat");
                        return schedule(edit.id()).map(StoredSchedule::version);
                    }
                    return version;
                }
            };
        }
    }

    /** Takes a missing lastRun for the wish to remove it. */
    @SeenBy("a missing last run in an edit writes nothing")
    static final class MissingRemovesLastRun extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    Optional<Version> version = super.edit(edit, expected);
                    if (version.isEmpty() || !LastRun.MISSING.equals(edit.lastRun())) {
                        return version;
                    }
                    remove(edit.id(), "lastRun");
                    return schedule(edit.id()).map(StoredSchedule::version);
                }
            };
        }
    }

    /** Cannot keep a null: it takes the field out. */
    @SeenBy("force writes null and nothing else")
    static final class ForceRemovesLastRun extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    Optional<Version> version = super.edit(edit, expected);
                    if (version.isEmpty() || !LastRun.NULL.equals(edit.lastRun())) {
                        return version;
                    }
                    remove(edit.id(), "lastRun");
                    return schedule(edit.id()).map(StoredSchedule::version);
                }
            };
        }
    }

    /** Pauses by switching the schedule off. */
    @SeenBy("pause writes the pause and nothing else")
    static final class PauseDisables extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    Optional<Version> version = super.edit(edit, expected);
                    if (version.isEmpty() || edit.pause() == null) {
                        return version;
                    }
                    change(edit.id(), false, "enabled");
                    return schedule(edit.id()).map(StoredSchedule::version);
                }
            };
        }
    }

    /** Writes the other fields of an edit, and not its wish to cancel. */
    @SeenBy({"cancel asks only a pending fire", "a wish to cancel is seen by renew and by token"})
    static final class CancelIsForgotten extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    return super.edit(
                            new ScheduleEdit(
                                    edit.id(), edit.schedule(), edit.lastRun(), edit.pause(), edit.state(), false),
                            expected);
                }
            };
        }
    }

    /** Tells when a document was made, where it should tell when it was written. */
    @SeenBy("every write moves the time of the last write")
    static final class WrittenWhenItWasMade extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                private final Map<String, Instant> made = new ConcurrentHashMap<>();

                @Override
                public Optional<StoredSchedule> schedule(String id) {
                    return super.schedule(id)
                            .map(stored ->
                                    Edits.withWrittenAt(stored, made.computeIfAbsent(id, none -> stored.writtenAt())));
                }
            };
        }
    }

    /** Says of every delete that it deleted something. */
    @SeenBy("delete tells whether there was one")
    static final class DeleteAlwaysSucceeds extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public boolean delete(String id) {
                    return super.delete(id) || healthy.document(id).isEmpty();
                }
            };
        }
    }

    /** Deletes and edits only what it can read. */
    @SeenBy({"they can be deleted", "a definition mends them"})
    static final class BadDocumentsAreOutOfReach extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public boolean delete(String id) {
                    return schedule(id).isPresent() && super.delete(id);
                }

                @Override
                public Optional<Version> edit(ScheduleEdit edit, Version expected) {
                    return schedule(edit.id()).isPresent() || expected.equals(Version.NONE)
                            ? super.edit(edit, expected)
                            : Optional.empty();
                }
            };
        }
    }

    /** Lists schedules by an offset, which is another place as soon as one is deleted. */
    @SeenBy("paging through schedules goes on over deleted ones")
    static final class SchedulesByOffset extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Page<StoredSchedule> schedules(@Nullable String after, int limit) {
                    return BrokenHistory.byOffset(super.schedules(null, 1_000).items(), after, limit);
                }
            };
        }
    }

    /** Lists schedules whatever the case of their ids. */
    @SeenBy("schedules are listed by id")
    static final class SchedulesWithoutCase extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy) {
                @Override
                public Page<StoredSchedule> schedules(@Nullable String after, int limit) {
                    List<StoredSchedule> all =
                            new ArrayList<>(super.schedules(null, 1_000).items());
                    all.sort(Comparator.comparing(StoredSchedule::id, String.CASE_INSENSITIVE_ORDER));
                    return BrokenHistory.byOffset(all, after, limit);
                }
            };
        }
    }

    /** Keeps the fields that it knows, and says that it keeps all. */
    @SeenBy({
        "unknown fields stay",
        "renew leaves all else as it is",
        "what people changed during the run survives the record",
        "define replaces the definition and nothing else",
        "a definition mends them"
    })
    static final class UnknownFieldsVanish extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy);
        }

        @Override
        protected boolean keepsUnknownFields() {
            return true;
        }
    }
}
