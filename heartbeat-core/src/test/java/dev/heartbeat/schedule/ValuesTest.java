package dev.heartbeat.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValuesTest {
    static Stream<Arguments> kept() {
        Instant instant = Instant.parse("2026-02-15T09:00:00.123456789Z");
        return Stream.of(
                arguments("text", "text"),
                arguments("", ""),
                arguments(null, null),
                arguments(true, true),
                arguments(Long.MIN_VALUE, Long.MIN_VALUE),
                arguments(1.5, 1.5),
                arguments(instant, instant),
                arguments(7, 7L),
                arguments((short) 7, 7L),
                arguments((byte) -7, -7L),
                arguments(1.5f, 1.5),
                arguments(BigInteger.valueOf(Long.MAX_VALUE), Long.MAX_VALUE),
                arguments(BigInteger.valueOf(Long.MIN_VALUE), Long.MIN_VALUE),
                arguments(new BigDecimal("2.5"), 2.5),
                arguments(List.of(1, "a"), List.of(1L, "a")),
                arguments(Arrays.asList(1, null), Arrays.asList(1L, null)),
                arguments(Map.of("n", 1), Map.of("n", 1L)),
                arguments(Map.of("a", 1, "b", List.of(2)), Map.of("a", 1L, "b", List.of(2L))),
                arguments(List.of(Map.of("in", List.of(1))), List.of(Map.of("in", List.of(1L)))),
                arguments(Map.of(), Map.of()),
                arguments(List.of(), List.of()));
    }

    @ParameterizedTest
    @MethodSource("kept")
    void aValueOfTheDomainIsKeptAndNumbersAreWidened(Object given, Object expected) {
        Map<String, Object> values = new HashMap<>();
        values.put("key", given);

        Map<String, Object> copy = Values.copyOf(values, "params");

        assertThat(copy).containsOnlyKeys("key");
        assertThat(copy.get("key")).isEqualTo(expected);
        values.put("other", 1);
        assertThat(Values.copyOf(values, "params").get("key")).isEqualTo(expected);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(List.of(List.of(1)), "'key[0]'", "inside a list"),
                arguments(Arrays.asList(1, List.of()), "'key[1]'", "inside a list"),
                arguments(Map.of("in", List.of(List.of())), "'key.in[0]'", "inside a list"),
                arguments(Set.of(1), "'key'", "Set"),
                arguments('c', "'key'", "java.lang.Character"),
                arguments(new int[] {1}, "'key'", "[I"),
                arguments(Duration.ZERO, "'key'", "java.time.Duration"),
                arguments(Priority.LOW, "'key'", "Priority"),
                arguments(Map.of("in", Priority.LOW), "'key.in'", "Priority"),
                arguments(List.of(1, Priority.LOW), "'key[1]'", "Priority"),
                arguments(BigInteger.valueOf(Long.MAX_VALUE).add(BigInteger.ONE), "'key'", "java.math.BigInteger"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aValueOutsideTheDomainIsRefusedWithPathTypeAndWhatIsAllowed(Object value, String path, String type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Values.copyOf(Map.of("key", value), "params of schedule 'mail'"))
                .withMessageStartingWith("params of schedule 'mail': value at " + path)
                .withMessageContaining(type)
                .withMessageContaining("allowed are text, whole number, number, true/false, Instant, list");
    }

    @Test
    void aKeyIsTextOfAtLeastOneCharacter() {
        Map<Object, Object> nullKey = new HashMap<>();
        nullKey.put(null, 1);
        for (Map<?, ?> bad : List.of(Map.of("", 1), Map.of(5, 1), nullKey, Map.of("a", 1, "", 2))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Values.copyOf(bad, "params"))
                    .withMessageContaining("params: key '")
                    .withMessageContaining("keys are text of at least one character");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Values.copyOf(Map.of("in", Map.of("", 1)), "params"))
                .withMessageContaining("at 'in'");
    }

    @Test
    void sixteenLevelsAreKept() {
        Map<String, Object> values = nested(Values.MAX_DEPTH, 1);

        assertThat(Values.copyOf(values, "params").toString()).isEqualTo(values.toString());
    }

    static Stream<Arguments> innermost() {
        return Stream.of(
                arguments("a map", Map.of("x", 1)),
                arguments("an empty map", Map.of()),
                arguments("a list", List.of(1)),
                arguments("an empty list", List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("innermost")
    void aSeventeenthLevelIsRefused(String what, Object value) {
        assertThatIllegalArgumentException()
                .as(what)
                .isThrownBy(() -> Values.copyOf(nested(Values.MAX_DEPTH, value), "params"))
                .withMessageContaining("params: value at '")
                .withMessageContaining("deeper than 16 levels");
    }

    @Test
    void theCopyIsDeepUnmodifiableAndInOrder() {
        List<Object> list = new ArrayList<>(List.of(1));
        Map<String, Object> inner = new HashMap<>(Map.of("list", list));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("z", inner);
        values.put("a", 1);

        Map<String, Object> copy = Values.copyOf(values, "params");
        list.add(2);
        inner.put("more", 1);
        values.clear();

        assertThat(copy.keySet()).containsExactly("z", "a");
        assertThat(copy.get("z")).isEqualTo(Map.of("list", List.of(1L)));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> copy.put("b", 1));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> map(copy.get("z")).put("b", 1));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> ((List<?>) map(copy.get("z")).get("list")).clear());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static Map<String, Object> nested(int levels, Object innermost) {
        Map<String, Object> values = Map.of("x", innermost);
        for (int level = 1; level < levels; level++) {
            values = Map.of("x", values);
        }
        return values;
    }
}
