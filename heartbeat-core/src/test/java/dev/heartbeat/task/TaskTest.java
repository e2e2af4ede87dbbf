package dev.heartbeat.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.heartbeat.schedule.Retry;
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
                .build();

        assertThat(plain.name()).isEqualTo("mail");
        assertThat(plain.code()).isSameAs(NOTHING);
        assertThat(plain.timeout()).isEmpty();
        assertThat(plain.retry()).isEmpty();
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
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> Task.named(null, NOTHING));
        assertThatNullPointerException().isThrownBy(() -> Task.named("mail", null));
        assertThatNullPointerException().isThrownBy(() -> Task.action("mail", null));
        assertThatNullPointerException().isThrownBy(() -> Task.typed("mail", null, (params, context) -> null));
        assertThatNullPointerException().isThrownBy(() -> Task.typed("mail", params -> params, null));
        assertThatNullPointerException()
                .isThrownBy(() -> Task.named("mail", NOTHING).retry(null));
    }
}
