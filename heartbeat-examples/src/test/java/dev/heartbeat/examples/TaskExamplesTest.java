package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskExamplesTest {
    @Test
    void typedParamsReachTheTaskAndWrongOnesFailWithAReason() throws Exception {
        assertThat(Printed.by(TypedParamsExample::main).lines())
                .contains(
                        "sending weekly-deals to everybody: 15 % for 7 days",
                        "good executed",
                        "too-much failed: IllegalArgumentException: params of schedule 'too-much': Campaign refused the"
                                + " values: discount is 80 percent; allowed are 1 to 50",
                        "the platform is ERROR")
                .anySatisfy(line -> assertThat(line)
                        .startsWith("no-number failed: ")
                        .contains("params of schedule 'no-number': 'discount' is of type String", "a whole number"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("no-duration failed: ")
                        .contains("params of schedule 'no-duration': 'validFor' is of type String", "a duration"));
    }

    @Test
    void theLongTaskShowsItsProgressAndStopsAtShutdownAndTimeout() throws Exception {
        assertThat(Printed.by(CancellableTaskExample::main).lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("the pulse says: running, 50 % waiting for page 3"),
                        line -> assertThat(line).isEqualTo("  import stops with 2 whole pages"),
                        line -> assertThat(line).isEqualTo("attempt 1: retrying, interrupted: the process shut down"),
                        line -> assertThat(line).isEqualTo("the ledger says: []"),
                        line -> assertThat(line).isEqualTo("  import stops with 2 whole pages"),
                        line -> assertThat(line).isEqualTo("attempt 2: timed-out, timed out after 200 ms"),
                        line -> assertThat(line)
                                .startsWith("the ledger says: [RunRecord[catalogue/")
                                .endsWith(", timed-out, attempt 2]]"));
    }

    @Test
    void acceptedRunsOutliveARestartAndAreCompletedOrCalledOffElsewhere() throws Exception {
        assertThat(Printed.by(AcceptedRunExample::main).lines())
                .containsExactlyInAnyOrder(
                        "deals: running, accepted",
                        "birthdays: running, accepted",
                        "deals-template: ACCEPTED",
                        "deals-template: ALREADY_DONE when it is sent again",
                        "birthdays at 10 % colours look wrong",
                        "ann@example.org: cancel birthdays, wrong template",
                        "birthdays-template: EXPIRED",
                        "deals executed, counted {videos=1}",
                        "birthdays cancelled, counted {}");
    }

    @Test
    void whatIsHeldBackSaysByWhatAndUntilWhen() throws Exception {
        assertThat(Printed.by(HoldingBackExample::main).lines())
                .contains(
                        "  channel-4 deferred, circuit-open until 2026-02-15T09:05:00Z",
                        "paused by ann",
                        "  channel-1 skipped, queue-paused",
                        "maintenance: Everything is paused until 2026-02-15T09:30:00Z by ann (the provider moves house);"
                                + " no schedule starts",
                        "paused: Queue 'publishing' is paused until 2026-02-15T10:00:00Z by ann (the provider moves"
                                + " house); no schedule of it starts")
                .filteredOn(line -> line.endsWith(" executed"))
                .as("one tries the provider, the others follow; after the pauses all of them")
                .hasSize(8);
    }

    @Test
    void playbooksAreFoundByTheirIdAndUnknownOnesAreNamed() throws Exception {
        String printed = Printed.by(PlaybookTemplatesExample::main);

        assertThat(printed)
                .containsPattern("collect the deals .weekly-deals/.*\\R *render the video .*\\R *publish it");
        assertThat(printed.lines())
                .contains(
                        "weekly-deals executed: {playbook=Weekly deals video}",
                        "birthdays executed: {playbook=Birthday campaign}",
                        "mistyped failed: IllegalArgumentException: there is no playbook template 'birthday-template';"
                                + " known are [birthday-campaign-template, weekly-deals-template]")
                .anySatisfy(line ->
                        assertThat(line).startsWith("forgotten failed: ").contains("'playbookId' is missing"));
    }

    @Test
    void browserTasksAreCountedApart() throws Exception {
        assertThat(Printed.by(BrowserQueueExample::main).lines())
                .contains(
                        "browser task competitor-prices executed",
                        "browser task keyword-rankings retrying",
                        "schedule birthdays executed",
                        "schedules: 2 processed, 2 executed",
                        "browser tasks: 2 processed, 1 executed");
    }
}
