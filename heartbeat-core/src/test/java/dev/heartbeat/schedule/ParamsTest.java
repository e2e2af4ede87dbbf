package dev.heartbeat.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParamsTest {
    private static final Instant NOON = Instant.parse("2026-02-15T12:00:00Z");

    @Test
    void eachGetterReturnsTheValueOfItsType() {
        Params params = params();

        assertThat(params.text("text")).isEqualTo("a");
        assertThat(params.whole("whole")).isEqualTo(7);
        assertThat(params.number("number")).isEqualTo(1.5);
        assertThat(params.number("whole")).as("a whole number is a number").isEqualTo(7.0);
        assertThat(params.flag("flag")).isTrue();
        assertThat(params.instant("instant")).isEqualTo(NOON);
        assertThat(params.instant("instantText")).isEqualTo(NOON);
        assertThat(params.list("list")).isEqualTo(Arrays.asList(1L, null));
        assertThat(params.nested("nested").text("in")).isEqualTo("b");
    }

    @Test
    void eachFinderReturnsTheValueOrEmptyWhenItIsMissingOrNull() {
        Params params = params();

        assertThat(params.findText("text")).contains("a");
        assertThat(params.findWhole("whole")).contains(7L);
        assertThat(params.findNumber("number")).contains(1.5);
        assertThat(params.findFlag("flag")).contains(true);
        assertThat(params.findInstant("instant")).contains(NOON);
        assertThat(params.findNested("nested").orElseThrow().text("in")).isEqualTo("b");
        for (String key : List.of("missing", "null")) {
            assertThat(params.findText(key)).isEmpty();
            assertThat(params.findWhole(key)).isEmpty();
            assertThat(params.findNumber(key)).isEmpty();
            assertThat(params.findFlag(key)).isEmpty();
            assertThat(params.findInstant(key)).isEmpty();
            assertThat(params.findNested(key)).isEmpty();
            assertThat(params.has(key)).isFalse();
        }
        assertThat(params.has("text")).isTrue();
    }

    static Stream<Arguments> mismatches() {
        return Stream.of(
                arguments("text", "whole", "of type Long", "text", getter(Params::text)),
                arguments("whole", "text", "of type String", "a whole number", getter(Params::whole)),
                arguments("whole", "number", "of type Double", "a whole number", getter(Params::whole)),
                arguments("number", "text", "of type String", "a number", getter(Params::number)),
                arguments("flag", "text", "of type String", "true or false", getter(Params::flag)),
                arguments("instant", "text", "of type String", "an instant such as 2026", getter(Params::instant)),
                arguments("instant", "whole", "of type Long", "an instant such as 2026", getter(Params::instant)),
                arguments("list", "text", "of type String", "a list", getter(Params::list)),
                arguments("nested", "text", "of type String", "a map", getter(Params::nested)),
                arguments("findText", "whole", "of type Long", "text", getter(Params::findText)),
                arguments("findWhole", "text", "of type String", "a whole number", getter(Params::findWhole)),
                arguments("findNumber", "text", "of type String", "a number", getter(Params::findNumber)),
                arguments("findFlag", "text", "of type String", "true or false", getter(Params::findFlag)),
                arguments("findInstant", "flag", "of type Boolean", "an instant", getter(Params::findInstant)),
                arguments("findNested", "text", "of type String", "a map", getter(Params::findNested)));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("mismatches")
    void aValueOfAnotherTypeIsRefusedWithScheduleKeyTypeFoundAndTypeWanted(
            String name, String key, String found, String wanted, Function<Map.Entry<Params, String>, Object> get) {
        assertThatIllegalArgumentException()
                .as(name)
                .isThrownBy(() -> get.apply(Map.entry(params(), key)))
                .withMessageStartingWith("params of schedule 'mail': '" + key + "' is " + found + "; wanted " + wanted)
                .withMessageContaining("keys present: [");
    }

    static Stream<Arguments> getters() {
        return mismatches().filter(row -> !String.valueOf(row.get()[0]).startsWith("find"));
    }

    @ParameterizedTest
    @MethodSource("getters")
    void aValueThatIsMissingOrNullIsRefused(
            String name, String key, String found, String wanted, Function<Map.Entry<Params, String>, Object> get) {
        assertThatIllegalArgumentException()
                .as(key + found)
                .isThrownBy(() -> get.apply(Map.entry(params(), "missing")))
                .withMessageContaining("params of schedule 'mail': 'missing' is missing; wanted " + wanted);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> get.apply(Map.entry(params(), "null")))
                .withMessageContaining("'null' is null; wanted " + wanted);
    }

    @Test
    void aMessageNeverShowsAValue() {
        Params params = Schedule.builder("mail", "@daily", "t")
                .param("password", "s3cr3t")
                .build()
                .params();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> params.whole("password"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cr3t"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> params.instant("password"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cr3t"));
        assertThat(params).hasToString("Params[password]");
    }

    @Test
    void nestedParamsSayWhereTheyAre() {
        Params params = Schedule.builder("mail", "@daily", "t")
                .param("smtp", Map.of("login", Map.of("user", 5)))
                .build()
                .params();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> params.nested("smtp").nested("login").text("user"))
                .withMessageStartingWith("params of schedule 'mail', in 'smtp.login': 'user' is of type Long");
    }

    @Test
    void paramsWithoutAScheduleSayOnlyParams() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Params.of(Map.of("a", 1)).text("a"))
                .withMessageStartingWith("params: 'a' is of type Long");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Params.of(Map.of("a", 'c')))
                .withMessageStartingWith("params: value at 'a' has type java.lang.Character");
    }

    @Test
    void equalValuesMakeEqualParamsWhateverTheyBelongTo() {
        assertThat(Params.of(Map.of("a", 1)))
                .isEqualTo(Schedule.builder("x", "@daily", "t")
                        .param("a", 1L)
                        .build()
                        .params())
                .hasSameHashCodeAs(Params.of(Map.of("a", 1L)))
                .isNotEqualTo(Params.of(Map.of("a", 2)))
                .isNotEqualTo(Params.empty());
        assertThat(Params.of(Map.of())).isEqualTo(Params.empty());
        assertThat(Params.empty().isEmpty()).isTrue();
    }

    @Test
    void valuesCannotBeChanged() {
        Map<String, Object> values = new HashMap<>(Map.of("a", 1));
        Params params = Params.of(values);

        values.put("b", 2);

        assertThat(params.asMap()).isEqualTo(Map.of("a", 1L));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> params.asMap().put("b", 2));
    }

    private static Function<Map.Entry<Params, String>, Object> getter(
            java.util.function.BiFunction<Params, String, Object> get) {
        return on -> get.apply(on.getKey(), on.getValue());
    }

    private static Params params() {
        return Schedule.builder("mail", "@daily", "t")
                .param("text", "a")
                .param("whole", 7)
                .param("number", 1.5)
                .param("flag", true)
                .param("instant", NOON)
                .param("instantText", NOON.toString())
                .param("list", Arrays.asList(1, null))
                .param("nested", Map.of("in", "b"))
                .param("null", null)
                .build()
                .params();
    }
}
