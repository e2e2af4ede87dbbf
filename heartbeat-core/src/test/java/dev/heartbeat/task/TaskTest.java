package dev.heartbeat.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.heartbeat.schedule.Retry;
import dev.heartbeat.schedule.Schedule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTest {
    private static final TaskExecutor NOTHING = context -> TaskResult.done();

    @Test
    void aTaskHasOnlyTheLimitsThatItSets() {
        Task plain = Task.named("mail", NOTHING).build();
        Task limited = Task.named("mail", NOTHING)
                .timeout(Duration.ofSeconds(5))
                .retry(Retry.none())
                .breaker(new Breaker(5, Duration.ofMinutes(1)))
                .maxParallel(2)
                .build();

        assertThat(plain.name()).isEqualTo("mail");
        assertThat(plain.code()).isSameAs(NOTHING);
        assertThat(plain.timeout()).isEmpty();
        assertThat(plain.retry()).isEmpty();
        assertThat(plain.breaker()).isEmpty();
        assertThat(plain.maxParallel()).isEmpty();
        assertThat(limited.breaker()).contains(new Breaker(5, Duration.ofMinutes(1)));
        assertThat(limited.maxParallel()).hasValue(2);
        assertThat(limited.timeout()).contains(Duration.ofSeconds(5));
        assertThat(limited.retry()).contains(Retry.none());
        assertThat(plain).hasToString("Task[mail]");
        assertThat(Task.DEFAULT_TIMEOUT).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void anActionThatReturnsIsASuccess() throws Exception {
        boolean[] called = new boolean[1];
        Task task = Task.action("mail", context -> called[0] = true).build();

        assertThat(task.code().execute(null).kind()).isEqualTo(TaskResult.Kind.DONE);
        assertThat(called[0]).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void aNameIsNotBlank(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Task.named(name, NOTHING))
                .withMessage("task name '" + name + "' is not allowed; 1 to 200 characters, not blank");
    }

    @Test
    void aNameHasAtMost200Characters() {
        assertThat(Task.named("x".repeat(200), NOTHING).build().name()).hasSize(200);
        assertThatIllegalArgumentException().isThrownBy(() -> Task.named("x".repeat(201), NOTHING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT168H0.001S"})
    void aTimeoutIsMoreThanZeroAndAtMostSevenDays(Duration timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Task.named("mail", NOTHING).timeout(timeout))
                .withMessage("task 'mail': timeout " + timeout + " is not allowed; more than zero, at most 7 days");
    }

    @Test
    void theCircuitIsTheSchedulesElseDerivedFromItsParamsElseTheTasksName() {
        Task plain = Task.named("call", NOTHING).build();
        Task derived = Task.named("call", NOTHING)
                .circuit(params -> params.text("host"))
                .build();
        Schedule.Builder bare = Schedule.builder("x", "@daily", "call");
        Schedule.Builder toHost = Schedule.builder("x", "@daily", "call").param("host", "a.example.com");

        assertThat(plain.circuit(toHost.build())).isEqualTo("call");
        assertThat(derived.circuit(toHost.build())).isEqualTo("a.example.com");
        assertThat(derived.circuit(toHost.circuit("mine").build())).isEqualTo("mine");
        assertThat(derived.circuit(bare.build())).as("a derivation that throws").isEqualTo("call");
        assertThat(derived.circuit(bare.param("host", " ").build())).isEqualTo("call");
        assertThat(derived.circuit(bare.param("host", "x".repeat(201)).build())).isEqualTo("call");
        assertThat(Task.named("call", NOTHING).circuit(params -> null).build().circuit(bare.build()))
                .isEqualTo("call");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 10_001})
    void maxParallelIsOneToTenThousand(int maxParallel) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Task.named("mail", NOTHING).maxParallel(maxParallel))
                .withMessage("task 'mail': maxParallel " + maxParallel + " is not allowed; 1 to 10000");
    }

    @Test
    void aBreakerHasABoundedCountAndCoolDown() {
        Duration minute = Duration.ofMinutes(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Breaker(0, minute))
                .withMessage("breaker: failuresInARow 0 is not allowed; 1 to 1000");
        assertThatIllegalArgumentException().isThrownBy(() -> new Breaker(1_001, minute));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Breaker(3, Duration.ofMillis(999)))
                .withMessage("breaker: coolDown PT0.999S is not allowed; PT1S to PT168H");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Breaker(3, Duration.ofDays(7).plusMillis(1)));
        assertThat(new Breaker(1_000, Duration.ofDays(7)).failuresInARow()).isEqualTo(1_000);
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> Task.named(null, NOTHING));
        assertThatNullPointerException().isThrownBy(() -> Task.named("mail", null));
        assertThatNullPointerException().isThrownBy(() -> Task.action("mail", null));
        assertThatNullPointerException().isThrownBy(() -> Task.typed("mail", null, (params, context) -> null));
        assertThatNullPointerException().isThrownBy(() -> Task.typed("mail", params -> params, null));
        assertThatNullPointerException()
                .isThrownBy(() -> Task.named("mail", NOTHING).retry(null));
        assertThatNullPointerException()
                .isThrownBy(() -> Task.named("mail", NOTHING).breaker(null));
        assertThatNullPointerException()
                .isThrownBy(() -> Task.named("mail", NOTHING).circuit(null));
    }
}
