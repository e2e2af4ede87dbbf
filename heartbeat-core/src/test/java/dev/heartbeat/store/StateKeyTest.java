package dev.heartbeat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class StateKeyTest {
    @Test
    void bothPartsHaveOneToThreeHundredCharacters() {
        String longest = "x".repeat(300);
        assertThat(new StateKey(longest, longest).name()).isEqualTo(longest);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StateKey("", "mail"))
                .withMessage("state key: kind has 0 characters; allowed are 1 to 300");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StateKey("breaker", longest + "x"))
                .withMessage("state key: name has 301 characters; allowed are 1 to 300");
    }
}
