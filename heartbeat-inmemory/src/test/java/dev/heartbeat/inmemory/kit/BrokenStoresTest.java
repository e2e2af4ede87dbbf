package dev.heartbeat.inmemory.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kit is worth what it refuses: each broken store is broken in one way, and the tests that it names must see it. A
 * test of the kit that no broken store names would prove nothing.
 */
class BrokenStoresTest {
    private static final List<Class<?>> ALL = List.of(
            BrokenFinds.class,
            BrokenClaims.class,
            BrokenRecords.class,
            BrokenAnswers.class,
            BrokenEdits.class,
            BrokenBackfills.class,
            BrokenHistory.class,
            BrokenCells.class,
            BrokenValues.class);

    /** The same wrapper without a fault; its failures would be those of the wrapper. */
    static final class NotBroken extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(healthy);
        }
    }

    /** A store on a clock that nobody can set; the kit waits for its leases. */
    static final class ClockOfItsOwn extends BrokenKit {
        @Override
        ForwardingStore broken(InMemoryHeartbeatStore healthy) {
            return new ForwardingStore(new InMemoryHeartbeatStore());
        }

        @Override
        protected boolean clockIsSettable() {
            return false;
        }
    }

    static Stream<Class<? extends BrokenKit>> brokenStores() {
        return ALL.stream()
                .flatMap(group -> Stream.of(group.getDeclaredClasses()))
                .map(store -> store.asSubclass(BrokenKit.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenStores")
    void aBrokenStoreIsSeenByTheTestsThatItNames(Class<? extends BrokenKit> store) {
        List<String> named = seenBy(store);

        KitRun run = KitRun.of(store, Set.copyOf(named));

        assertThat(named).isNotEmpty();
        assertThat(run.failed().keySet())
                .as("tests that fail on %s", store.getSimpleName())
                .containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void everyTestOfTheKitPassesWithoutAFaultAndIsNamedByABrokenStore() {
        KitRun run = KitRun.of(NotBroken.class);

        assertThat(run.failed()).isEmpty();
        assertThat(run.tests()).doesNotHaveDuplicates();
        assertThat(brokenStores().flatMap(store -> seenBy(store).stream()).distinct())
                .containsExactlyInAnyOrderElementsOf(run.tests());
    }

    @Test
    void aStoreWithAClockOfItsOwnPasses() {
        KitRun run = KitRun.of(ClockOfItsOwn.class, "Releases");

        assertThat(run.failed()).isEmpty();
        assertThat(run.tests()).hasSizeGreaterThan(5);
    }

    private static List<String> seenBy(Class<? extends BrokenKit> store) {
        return List.of(Objects.requireNonNull(store.getAnnotation(SeenBy.class), store.getName())
                .value());
    }
}
