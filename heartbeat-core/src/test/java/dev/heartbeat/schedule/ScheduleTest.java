package dev.heartbeat.schedule;

import static dev.heartbeat.schedule.Times.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.heartbeat.cron.DstPolicy;
import dev.heartbeat.cron.InvalidCronException;
import dev.heartbeat.cron.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final String DAILY = "0 9 * * *";

    @Test
    void whatIsNotSaidHasADefault() {
        Schedule schedule = Schedule.builder("mail", DAILY, "send-mail").build();

        assertThat(schedule.id()).isEqualTo("mail");
        assertThat(schedule.timing()).isEqualTo(Timing.cron(DAILY));
        assertThat(schedule.task()).isEqualTo("send-mail");
        assertThat(schedule.zone()).isEqualTo(ZoneOffset.UTC);
        assertThat(schedule.dst()).isEqualTo(DstPolicy.VIXIE);
        assertThat(schedule.enabled()).isTrue();
        assertThat(schedule.params().isEmpty()).isTrue();
        assertThat(schedule.queue()).isEmpty();
        assertThat(schedule.circuit()).isEmpty();
        assertThat(schedule.isBrowserTask()).isFalse();
        assertThat(schedule.priority()).isEqualTo(Priority.NORMAL);
        assertThat(schedule.timeout()).isEmpty();
        assertThat(schedule.retry()).isEmpty();
        assertThat(schedule.catchUp()).isEqualTo(CatchUp.once());
        assertThat(schedule.notBefore()).isEmpty();
        assertThat(schedule.notAfter()).isEmpty();
        assertThat(schedule.runsAtFirstPulse()).isFalse();
        assertThat(schedule.isOneOff()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "weekly deals", "Ümläut-ß.1", "...", "_x_", "a.b", "__x", "日本"})
    void anIdMayBe(String id) {
        assertThat(Schedule.builder(id, DAILY, "t").build().id()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b", "/", ".", "..", "__x__", "____", "a\nb", "a\u0000", "\u007f"})
    void anIdMayNotBe(String id) {
        for (UnaryOperator<String> made : List.<UnaryOperator<String>>of(
                text -> Schedule.builder(text, DAILY, "t").build().id(),
                text -> Schedule.builder(text, Timing.cron(DAILY), "t").build().id())) {
            assertThatExceptionOfType(InvalidScheduleException.class)
                    .isThrownBy(() -> made.apply(id))
                    .withMessageContaining("schedule id '" + id + "' is not allowed")
                    .withMessageContaining("1 to 200 characters")
                    .withMessageContaining("no '/'");
        }
    }

    @Test
    void anIdHasAtMost200Characters() {
        assertThat(Schedule.builder("x".repeat(200), DAILY, "t").build().id()).hasSize(200);
        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> Schedule.builder("x".repeat(201), DAILY, "t"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb"})
    void taskAndQueueAreNamesToo(String name) {
        Schedule.Builder builder = Schedule.builder("mail", DAILY, "t");

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> Schedule.builder("mail", DAILY, name))
                .withMessageContaining("task of schedule 'mail' '" + name + "' is not allowed");
        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> builder.task(name))
                .withMessageContaining("task of schedule 'mail'");
        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> builder.queue(name))
                .withMessageContaining("queue of schedule 'mail' '" + name + "' is not allowed");
        assertThat(builder.task("group/task").queue("a/b").build().task()).isEqualTo("group/task");
    }

    @Test
    void aTaskGivenInPlaceOfTheCronIsSaidToBeArgument2() {
        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> Schedule.builder("mail", "send-mail", DAILY))
                .withMessageContaining("schedule 'mail': argument 2 (cron) is not allowed")
                .withMessageContaining("send-mail")
                .withMessageContaining("Example: ")
                .withCauseInstanceOf(InvalidCronException.class);
    }

    @Test
    void nullIsRefusedWhereItMeansNothing() {
        Schedule.Builder builder = Schedule.builder("mail", DAILY, "t");

        assertThatNullPointerException().isThrownBy(() -> Schedule.builder(null, DAILY, "t"));
        assertThatNullPointerException().isThrownBy(() -> Schedule.builder("mail", (String) null, "t"));
        assertThatNullPointerException().isThrownBy(() -> Schedule.builder("mail", (Timing) null, "t"));
        assertThatNullPointerException().isThrownBy(() -> Schedule.builder("mail", DAILY, null));
        assertThatNullPointerException().isThrownBy(() -> builder.zone(null));
        assertThatNullPointerException().isThrownBy(() -> builder.dst(null));
        assertThatNullPointerException().isThrownBy(() -> builder.priority(null));
        assertThatNullPointerException().isThrownBy(() -> builder.timing(null));
        assertThatNullPointerException().isThrownBy(() -> builder.catchUp(null));
        assertThatNullPointerException().isThrownBy(() -> builder.param(null, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT168H0.000000001S"})
    void aTimeoutIsMoreThanZeroAndAtMostSevenDays(Duration timeout) {
        Schedule.Builder builder = Schedule.builder("mail", DAILY, "t");

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(() -> builder.timeout(timeout))
                .withMessageContaining(
                        "schedule 'mail': timeout " + timeout + " is not allowed; more than zero, at most PT168H");
        assertThat(builder.timeout(Duration.ofDays(7)).build().timeout()).contains(Duration.ofDays(7));
        assertThat(builder.timeout(Duration.ofNanos(1)).build().timeout()).contains(Duration.ofNanos(1));
        assertThat(builder.timeout(null).build().timeout()).isEmpty();
    }

    @Test
    void aOneOffThatIsToRunAtTheFirstPulseIsRefused() {
        Schedule.Builder builder =
                Schedule.builder("mail", "@at 2026-03-01T09:00:00Z", "t").runAtFirstPulse();

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining(
                        "schedule 'mail': runAtFirstPulse() is not allowed with '@at 2026-03-01T09:00:00Z'");
    }

    @Test
    void aTimingThatThrowsIsNamedWithItsSchedule() {
        Timing broken = new Timing() {
            @Override
            public Optional<Instant> next(Instant after, ZoneId zone, DstPolicy dst) {
                throw new IllegalStateException("secret");
            }

            @Override
            public Optional<Instant> previous(Instant before, ZoneId zone, DstPolicy dst) {
                throw new IllegalStateException("secret");
            }

            @Override
            public String text() {
                return "calendar";
            }
        };
        Schedule schedule = Schedule.builder("mail", broken, "t").build();

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> schedule.nextFire(at("09:00")), () -> schedule.previousFire(at("09:00")))) {
            assertThatExceptionOfType(InvalidScheduleException.class)
                    .isThrownBy(call)
                    .withMessage("schedule 'mail': its timing 'calendar' failed with IllegalStateException");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"09:00", "08:59:59"})
    void notAfterIsLaterThanNotBefore(String notAfter) {
        Schedule.Builder builder =
                Schedule.builder("mail", DAILY, "t").notBefore(at("09:00")).notAfter(at(notAfter));

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("schedule 'mail': notAfter " + at(notAfter) + " is not allowed")
                .withMessageContaining("later than notBefore 2026-02-15T09:00:00Z");
    }

    @Test
    void aParamOutsideTheDomainIsRefusedWithScheduleAndPath() {
        Schedule.Builder builder = Schedule.builder("mail", DAILY, "t").param("at", Map.of("in", new StringBuilder()));

        assertThatExceptionOfType(InvalidScheduleException.class)
                .isThrownBy(builder::build)
                .withMessageContaining("params of schedule 'mail'")
                .withMessageContaining("at 'at.in' has type java.lang.StringBuilder");
    }

    @Test
    void paramsReplaceAllAndParamAddsOne() {
        Schedule schedule = Schedule.builder("mail", DAILY, "t")
                .param("gone", 1)
                .params(Map.of("a", 1))
                .param("b", 2)
                .build();

        assertThat(schedule.params().asMap()).isEqualTo(Map.of("a", 1L, "b", 2L));
    }

    @Test
    void aBuiltScheduleDoesNotFollowItsBuilder() {
        Schedule.Builder builder = Schedule.builder("mail", DAILY, "t").param("a", 1);
        Schedule schedule = builder.build();

        builder.param("b", 2).enabled(false);

        assertThat(schedule.params().has("b")).isFalse();
        assertThat(schedule.enabled()).isTrue();
    }

    @Test
    void toBuilderKeepsAllOfTheDefinition() {
        Schedule schedule = full().runAtFirstPulse().build();

        assertThat(schedule.toBuilder().build()).isEqualTo(schedule).hasSameHashCodeAs(schedule);
        assertThat(schedule.toBuilder().build().runsAtFirstPulse()).isTrue();
    }

    @Test
    void runAtFirstPulseIsAWishAboutCreationAndNoPartOfTheDefinition() {
        assertThat(full().runAtFirstPulse().build()).isEqualTo(full().build());
    }

    @Test
    void everyPartOfTheDefinitionCountsForEquality() {
        Schedule schedule = full().build();
        List<UnaryOperator<Schedule.Builder>> changes = List.of(
                builder -> builder.timing(Timing.cron("0 10 * * *")),
                builder -> builder.task("other"),
                builder -> builder.zone(ZoneId.of("Asia/Tokyo")),
                builder -> builder.dst(DstPolicy.WALL),
                builder -> builder.enabled(true),
                builder -> builder.param("x", 1),
                builder -> builder.queue(null),
                builder -> builder.circuit(null),
                builder -> builder.priority(Priority.LOW),
                builder -> builder.timeout(null),
                builder -> builder.retry(null),
                builder -> builder.catchUp(CatchUp.once()),
                builder -> builder.notBefore(null),
                builder -> builder.notAfter(null));

        assertThat(changes)
                .allSatisfy(change -> assertThat(change.apply(full()).build()).isNotEqualTo(schedule));
        assertThat(schedule).isNotEqualTo(Schedule.builder("other", DAILY, "t").build());
        assertThat(schedule.equals(null)).isFalse();
    }

    @Test
    void aMissingParamIsMissedWithTheNameOfItsScheduleAlsoWhenThereAreNone() {
        Schedule schedule = Schedule.builder("mail", "0 9 * * *", "send").build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedule.params().text("to"))
                .withMessageContainingAll("'mail'", "'to' is missing");
    }

    @Test
    void toStringShowsNoParams() {
        Schedule schedule = Schedule.builder("mail", DAILY, "t")
                .param("key", "s3cr3t")
                .enabled(false)
                .build();

        assertThat(schedule.toString())
                .contains("mail", DAILY, "t", "disabled")
                .doesNotContain("key")
                .doesNotContain("s3cr3t");
    }

    @Test
    void theRuleChangesWithTimingZoneAndDstPolicyAlone() {
        Schedule schedule = full().build();

        assertThat(full().task("other")
                        .enabled(true)
                        .param("x", 1)
                        .catchUp(CatchUp.skip())
                        .notBefore(null)
                        .build()
                        .rule())
                .isEqualTo(schedule.rule());
        assertThat(full().timing(Timing.cron("0 10 * * *")).build().rule()).isNotEqualTo(schedule.rule());
        assertThat(full().zone(ZoneId.of("Asia/Tokyo")).build().rule()).isNotEqualTo(schedule.rule());
        assertThat(full().dst(DstPolicy.WALL).build().rule()).isNotEqualTo(schedule.rule());
    }

    @ParameterizedTest
    @CsvSource({"'@at 2026-02-15T09:00:00Z', true", "'0 9 * * *', false", "'@every PT1H', false", "'@daily', false"})
    void onlyAtIsAOneOff(String cron, boolean oneOff) {
        assertThat(Schedule.builder("x", cron, "t").build().isOneOff()).isEqualTo(oneOff);
    }

    @ParameterizedTest(name = "after {0}: {1}")
    @CsvSource(
            nullValues = "-",
            value = {"07:00, 10:00", "09:59:59, 10:00", "10:00, 11:00", "10:30, 11:00", "11:00, -", "12:30, -"})
    void theNextFireLiesInNotBeforeInclusiveToNotAfterExclusive(String after, String next) {
        assertThat(gated().nextFire(at(after))).isEqualTo(Optional.ofNullable(at(next)));
    }

    @ParameterizedTest(name = "before {0}: {1}")
    @CsvSource(
            nullValues = "-",
            value = {"09:59, -", "10:00, -", "10:00:01, 10:00", "11:00, 10:00", "11:00:01, 11:00", "15:00, 11:00"})
    void thePreviousFireLiesInNotBeforeInclusiveToNotAfterExclusive(String before, String previous) {
        assertThat(gated().previousFire(at(before))).isEqualTo(Optional.ofNullable(at(previous)));
    }

    @Test
    void aOneOffAtItsNotBeforeFires() {
        Schedule schedule = Schedule.builder("x", "@at 2026-02-15T09:00:00Z", "t")
                .notBefore(at("09:00"))
                .build();

        assertThat(schedule.nextFire(Instant.EPOCH)).contains(at("09:00"));
    }

    @ParameterizedTest
    @CsvSource({"CRITICAL, critical", "HIGH, high", "NORMAL, normal", "LOW, low"})
    void prioritiesAreOrderedFromTheFirstToStartToTheLast(Priority priority, String text) {
        assertThat(priority.text()).isEqualTo(text);
        assertThat(Priority.values()).containsExactly(Priority.CRITICAL, Priority.HIGH, Priority.NORMAL, Priority.LOW);
    }

    private static Schedule gated() {
        return Schedule.builder("x", "0 * * * *", "t")
                .notBefore(at("10:00"))
                .notAfter(at("12:00"))
                .build();
    }

    private static Schedule.Builder full() {
        return Schedule.builder("mail", DAILY, "t")
                .zone(ZoneId.of("Europe/Berlin"))
                .dst(DstPolicy.SHIFT)
                .enabled(false)
                .param("to", "a@example.org")
                .queue(Schedule.BROWSER_QUEUE)
                .circuit("mail.example.org")
                .priority(Priority.HIGH)
                .timeout(Duration.ofSeconds(5))
                .retry(Retry.none())
                .catchUp(CatchUp.all(20).within(Duration.ofDays(1)))
                .notBefore(at("09:00"))
                .notAfter(at("2026-03-15 09:00"));
    }
}
