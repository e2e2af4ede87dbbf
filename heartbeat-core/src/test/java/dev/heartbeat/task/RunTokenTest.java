package dev.heartbeat.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunTokenTest {
    @Test
    void theTextIsMadeOfScheduleFireAndRandomPart() {
        RunToken token = RunToken.of("weekly deals", "20260215T090000Z", "abc");

        assertThat(token.value()).isEqualTo("weekly deals/20260215T090000Z/abc");
        assertThat(token.scheduleId()).isEqualTo("weekly deals");
        assertThat(token.fireKey()).isEqualTo("20260215T090000Z");
        assertThat(new RunToken(token.value())).isEqualTo(token).hasSameHashCodeAs(token);
    }

    @Test
    void anotherRandomPartIsAnotherToken() {
        assertThat(RunToken.of("a", "b", "c")).isNotEqualTo(RunToken.of("a", "b", "d"));
    }

    @Test
    void toStringHidesTheRandomPart() {
        assertThat(RunToken.of("mail", "force-7", "s3cr3t")).hasToString("RunToken[mail/force-7/***]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "a/b/", "/b/c", "a//c", "a/b/c/d", "//", "a/b/c/", "mail#force-7#s3cr3t"})
    void aTextThatNoClaimCanHaveIsRefusedWithoutShowingIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RunToken(text))
                .withMessage("a run token has the form scheduleId/fireKey/random, this one does not");
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> new RunToken(null));
    }
}
