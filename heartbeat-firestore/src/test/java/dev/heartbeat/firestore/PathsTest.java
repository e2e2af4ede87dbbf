package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"20260215T120000Z", "force-1771158600123456", "coalesced-2026-02-15T12:00:00Z", "ä b", "__a"})
    void aTextThatFirestoreTakesAsAnIdIsItsOwnId(String text) {
        assertThat(Paths.documentId(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "__a__", "50%"})
    void anyOtherTextGetsAnIdThatFirestoreTakes(String text) {
        assertThat(Paths.documentId(text))
                .doesNotContain("/")
                .doesNotStartWith("__")
                .matches("[0-9A-Za-z%]+");
    }

    @Test
    void anIdIsNeverTooLong() {
        assertThat(Paths.documentId("ä".repeat(1_000)).length()).isLessThanOrEqualTo(1_400);
        assertThat(Paths.documentId("a".repeat(1_401)).length()).isLessThanOrEqualTo(1_400);
    }

    @Test
    void differentTextsHaveDifferentIds() {
        List<String> texts = List.of(
                "",
                ".",
                "..",
                "%",
                "%2E",
                "%2E%",
                "a/b",
                "a%2Fb",
                "a%2Fb%",
                "__a__",
                "a".repeat(1_401),
                "a".repeat(1_402));

        assertThat(texts.stream().map(Paths::documentId).distinct()).hasSameSizeAs(texts);
    }
}
