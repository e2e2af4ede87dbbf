package dev.heartbeat.inmemory.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.tck.HeartbeatStoreKit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The kit is worth what it refuses: each store here is broken in one way, and a test of that name must see it. */
class BrokenStoresTest {
    private static final int FEWEST_TESTS = 165;

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

    @Test
    void aStoreWithAClockOfItsOwnPasses() {
        String group = HeartbeatStoreKit.class.getName() + "$Releases";

        TestExecutionSummary summary = run(selectNestedClass(List.of(ClockOfItsOwn.class.getName()), group));

        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isGreaterThan(5);
    }

    @Test
    void aForwardingStoreThatIsNotBrokenPasses() {
        TestExecutionSummary summary = run(selectClass(NotBroken.class));

        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isGreaterThanOrEqualTo(FEWEST_TESTS);
    }

    @Test
    void aClaimThatLooksAndThenWritesIsSeen() {
        assertSeen(BrokenClaims.NonAtomicClaim.class, "each fire is won once however many claim it");
    }

    @Test
    void anEqualContentClaimThatIsAcceptedTwiceIsSeen() {
        assertSeen(
                BrokenClaims.EqualContentIsWonTwice.class,
                "two claims of one read are won once",
                "each fire is won once however many claim it",
                "a renewed claim is not taken over by an older read");
    }

    @Test
    void aStaleRequestThatLosesTheWholeListIsSeen() {
        assertSeen(BrokenClaims.OneStaleRequestLosesAll.class, "lost ones do not spoil their neighbours");
    }

    @Test
    void aLeaseByTheClockOfTheCallerIsSeen() {
        assertSeen(BrokenClaims.LeaseByTheClockOfTheCaller.class, "the lease ends by the clock of the store");
    }

    @Test
    void aLeaseThatNeverExpiresIsSeen() {
        assertSeen(
                BrokenClaims.LeaseThatNeverExpires.class,
                "a claimed schedule is due again when its lease ends",
                "an expired claim is taken over",
                "a run is recovered from every place it can stop at");
    }

    @Test
    void anEndedFireThatIsWonAgainIsSeen() {
        assertSeen(
                BrokenClaims.EndedFireIsWon.class,
                "a fire that has ended is not claimed again",
                "a copy taken during the run is not taken over");
    }

    @Test
    void anEndedFireThatStaysDueForEverIsSeen() {
        assertSeen(BrokenClaims.EndedFireStaysDue.class, "the cursor moves past the ended fire");
    }

    @Test
    void aClaimThatAlwaysWritesLastRunIsSeen() {
        assertSeen(
                BrokenClaims.EveryClaimWritesLastRun.class,
                "last run stays when no task is called",
                "a claim that calls no task keeps the wish");
    }

    @Test
    void aRenewalThatComparesTheVersionIsSeen() {
        assertSeen(BrokenClaims.RenewComparesTheVersion.class, "renew after an edit still holds");
    }

    @Test
    void aRenewalThatRefusesExpiredClaimsIsSeen() {
        assertSeen(BrokenClaims.RenewRefusesExpiredClaims.class, "an expired claim that nobody took is still in force");
    }

    @Test
    void aRenewalThatIgnoresTheTokenIsSeen() {
        assertSeen(BrokenClaims.RenewIgnoresTheToken.class, "renew is refused after a take over");
    }

    @Test
    void aReleaseThatCountsTheStartIsSeen() {
        assertSeen(BrokenClaims.ReleaseCountsTheStart.class, "a released start does not count");
    }

    @Test
    void heldOnesGoUnnoticed() {
        assertSeen(BrokenFinds.HeldOnesGoUnnoticed.class, "schedules held by a last run in the future are told of");
    }

    @Test
    void aWrongOrderIsSeen() {
        assertSeen(BrokenFinds.WrongOrder.class, "due schedules come by wake time then id");
    }

    @Test
    void heldBackSchedulesThatStarveThePageAreSeen() {
        assertSeen(
                BrokenFinds.HeldBackOnesStarveThePage.class,
                "schedules held back do not starve those behind them",
                "paging on reaches every schedule once");
    }

    @Test
    void aFindThatEndsAfterOnePageIsSeen() {
        assertSeen(BrokenFinds.OnePageOnly.class, "schedules held back do not starve those behind them");
    }

    @Test
    void disabledSchedulesThatAreFoundAreSeen() {
        assertSeen(BrokenFinds.DisabledOnesAreFound.class, "disabled schedules are not found");
    }

    @Test
    void aBadDocumentThatSpoilsTheFindIsSeen() {
        assertSeen(BrokenFinds.OneBadDocumentSpoilsTheFind.class, "what is wrong is told and all others are found");
    }

    @Test
    void aMissingLastRunThatIsTakenForNullIsSeen() {
        assertSeen(BrokenFinds.MissingIsNull.class, "null and missing are two things");
    }

    @Test
    void versionsThatStartAgainAreSeen() {
        assertSeen(
                BrokenFinds.VersionsStartAgain.class,
                "no version is ever used twice",
                "a schedule that was deleted and made again is not claimed by an old read");
    }

    @Test
    void aSupersededFireThatVanishesIsSeen() {
        assertSeen(BrokenClaims.SupersededFireVanishes.class, "the superseded fire ends in the same step");
    }

    @Test
    void aLostClaimThatEndsTheSupersededFireIsSeen() {
        assertSeen(BrokenClaims.LostClaimEndsTheSupersededFire.class, "an old version is lost and writes nothing");
    }

    @Test
    void anIgnoredFenceIsSeen() {
        assertSeen(
                BrokenRecords.FenceIsIgnored.class,
                "a record under another token is refused and writes nothing",
                "a record after a take over is refused and writes nothing");
    }

    @Test
    void aLateRecordUnderAPutBackTokenIsSeen() {
        assertSeen(BrokenRecords.PutBackTokenMayRecord.class, "a late record under a put back token is refused");
    }

    @Test
    void aRecordThatIsRefusedWhenSentAgainIsSeen() {
        assertSeen(
                BrokenRecords.SecondSendingIsRefused.class,
                "a record sent twice counts as recorded and is written once");
    }

    @Test
    void aRecordThatMakesADeletedScheduleAgainIsSeen() {
        assertSeen(
                BrokenRecords.RecordMakesADeletedScheduleAgain.class,
                "a deleted schedule gets its ledger entries and is not made again");
    }

    @Test
    void aRecordOfADeletedScheduleThatVanishesIsSeen() {
        assertSeen(
                BrokenRecords.RecordOfADeletedScheduleVanishes.class,
                "a deleted schedule gets its ledger entries and is not made again");
    }

    @Test
    void aRecordThatWipesANullLastRunIsSeen() {
        assertSeen(
                BrokenRecords.RecordWipesTheWish.class,
                "a wish during the run survives renew and record",
                "what people changed during the run survives the record");
    }

    @Test
    void missedSeriesThatVanishAreSeen() {
        assertSeen(BrokenRecords.MissedSeriesVanish.class, "missed series are written with the record");
    }

    @Test
    void aLedgerEntryThatIsOverwrittenIsSeen() {
        assertSeen(BrokenRecords.LedgerEntryIsOverwritten.class, "the first entry of a key stays");
    }

    @Test
    void aMutableAliasInIsSeen() {
        assertSeen(BrokenRecords.MutableAlias.class, "what was handed in may be changed afterwards");
    }

    @Test
    void wholeNumbersThatBecomeDoublesAreSeen() {
        assertSeen(BrokenRecords.WholeNumbersBecomeDoubles.class, "results of every type survive");
    }

    @Test
    void aMutableAliasOutIsSeen() {
        assertSeen(BrokenRecords.MutableAliasOut.class, "what was handed out does not lead back into the store");
    }

    @Test
    void aLostHeartbeatIsSeen() {
        assertSeen(BrokenRecords.LostHeartbeat.class, "it is read as it was written", "heartbeats count exactly");
    }

    @Test
    void anIdlePulseThatClearsErrorsIsSeen() {
        assertSeen(
                BrokenRecords.IdlePulseClearsErrors.class,
                "an idle pulse that read an old version does not clear errors",
                "a loser that reads again loses nothing");
    }

    @Test
    void pagesByOffsetAreSeen() {
        assertSeen(BrokenRecords.PagesByOffset.class, "paging through pulses is stable while new ones arrive");
    }

    @Test
    void stateCellsOfTheLastWriterAreSeen() {
        assertSeen(BrokenRecords.CellsOfTheLastWriter.class, "only the expected version is written");
    }

    @Test
    void aDefinitionThatWipesPauseAndClaimIsSeen() {
        assertSeen(BrokenRecords.DefineWipesPauseAndClaim.class, "define replaces the definition and nothing else");
    }

    @Test
    void anEditThatIgnoresTheVersionIsSeen() {
        assertSeen(
                BrokenRecords.EditIgnoresTheVersion.class,
                "only the expected version is edited",
                "one of many edits of one version wins");
    }

    private static void assertSeen(Class<? extends BrokenKit> kit, String... tests) {
        TestExecutionSummary summary = run(selectClass(kit));

        Set<String> failed = new TreeSet<>();
        summary.getFailures()
                .forEach(failure -> failed.add(failure.getTestIdentifier().getDisplayName()));
        assertThat(failed).as("tests that fail on %s", kit.getSimpleName()).contains(tests);
        assertThat(summary.getTestsStartedCount()).isGreaterThanOrEqualTo(FEWEST_TESTS);
    }

    private static TestExecutionSummary run(DiscoverySelector tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(tests)
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherConfig alone = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .build();
        LauncherFactory.create(alone).execute(request, listener);
        return listener.getSummary();
    }
}
