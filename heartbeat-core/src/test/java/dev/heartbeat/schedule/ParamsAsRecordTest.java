package dev.heartbeat.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParamsAsRecordTest {
    private static final Instant NOON = Instant.parse("2026-02-15T12:00:00Z");

    enum Color {
        RED,
        DARK_BLUE
    }

    record Address(String to, int copies) {}

    record Everything(
            String text,
            long whole,
            int small,
            double number,
            boolean flag,
            Long boxedWhole,
            Integer boxedSmall,
            Double boxedNumber,
            Boolean boxedFlag,
            Instant instant,
            Duration duration,
            Color color,
            List<Object> list,
            Map<String, Object> map,
            Params params,
            Address address,
            Optional<String> maybeText,
            Optional<Integer> maybeSmall,
            Optional<Address> maybeAddress,
            Optional<List<Object>> maybeList) {}

    record Boxes(Long whole, Integer small, Double number, Boolean flag) {}

    record Maybes(Optional<String> text, Optional<Address> address, Optional<Color> color) {}

    private record Hidden(String text) {}

    record Picky(String text) {
        Picky {
            if (text.isBlank()) {
                throw new IllegalStateException("text is blank");
            }
        }
    }

    record Nothing() {}

    record WithMap(Map<String, Object> value) {}

    record OfText(String value) {}

    record OfWhole(long value) {}

    record OfSmall(int value) {}

    record OfNumber(double value) {}

    record OfFlag(boolean value) {}

    record OfInstant(Instant value) {}

    record OfDuration(Duration value) {}

    record OfColor(Color value) {}

    record OfList(List<Object> value) {}

    record OfParams(Params value) {}

    record OfAddress(Address value) {}

    record OfBoxed(Long value) {}

    record OfMaybe(Optional<Integer> value) {}

    record OfUnsupported(StringBuilder value) {}

    record OfFloat(float value) {}

    record OfAnything<T>(T value) {}

    @Test
    void aRecordGetsEveryComponentFromTheKeyOfItsName() {
        Params params = Params.of(Map.ofEntries(
                Map.entry("text", "a"),
                Map.entry("whole", 1L << 40),
                Map.entry("small", 7),
                Map.entry("number", 3),
                Map.entry("flag", true),
                Map.entry("boxedWhole", 8),
                Map.entry("boxedSmall", 9),
                Map.entry("boxedNumber", 1.5),
                Map.entry("boxedFlag", false),
                Map.entry("instant", NOON.toString()),
                Map.entry("duration", "PT5M"),
                Map.entry("color", "dark_blue"),
                Map.entry("list", List.of(1)),
                Map.entry("map", Map.of("k", 1)),
                Map.entry("params", Map.of("k", 2)),
                Map.entry("address", Map.of("to", "b", "copies", 2)),
                Map.entry("maybeText", "c"),
                Map.entry("maybeSmall", 3),
                Map.entry("maybeAddress", Map.of("to", "d", "copies", 4)),
                Map.entry("maybeList", List.of("x")),
                Map.entry("ignored", "has no component")));

        assertThat(params.as(Everything.class))
                .isEqualTo(new Everything(
                        "a",
                        1L << 40,
                        7,
                        3.0,
                        true,
                        8L,
                        9,
                        1.5,
                        false,
                        NOON,
                        Duration.ofMinutes(5),
                        Color.DARK_BLUE,
                        List.of(1L),
                        Map.of("k", 1L),
                        Params.of(Map.of("k", 2)),
                        new Address("b", 2),
                        Optional.of("c"),
                        Optional.of(3),
                        Optional.of(new Address("d", 4)),
                        Optional.of(List.of("x"))));
    }

    @Test
    void anOptionalOrBoxedComponentMayBeMissingOrNull() {
        Map<String, Object> nulls = new HashMap<>();
        nulls.put("whole", null);
        nulls.put("text", null);

        for (Params params : List.of(Params.empty(), Params.of(nulls))) {
            assertThat(params.as(Boxes.class)).isEqualTo(new Boxes(null, null, null, null));
            assertThat(params.as(Maybes.class))
                    .isEqualTo(new Maybes(Optional.empty(), Optional.empty(), Optional.empty()));
        }
    }

    @Test
    void aPrivateRecordAndOneWithoutComponentsAreRead() {
        assertThat(Params.of(Map.of("text", "a")).as(Hidden.class)).isEqualTo(new Hidden("a"));
        assertThat(Params.empty().as(Nothing.class)).isEqualTo(new Nothing());
    }

    @Test
    void aDurationIsTextOrSeconds() {
        assertThat(Params.of(Map.of("value", 90)).as(OfDuration.class).value()).isEqualTo(Duration.ofSeconds(90));
        assertThat(Params.of(Map.of("value", 0.25)).as(OfDuration.class).value())
                .isEqualTo(Duration.ofMillis(250));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments(OfText.class, 5, "of type Long", "text"),
                arguments(OfWhole.class, "5", "of type String", "a whole number"),
                arguments(OfWhole.class, 5.0, "of type Double", "a whole number"),
                arguments(OfSmall.class, "5", "of type String", "a whole number"),
                arguments(OfNumber.class, "5", "of type String", "a number"),
                arguments(OfFlag.class, "true", "of type String", "true or false"),
                arguments(OfInstant.class, "noon", "of type String", "an instant"),
                arguments(OfDuration.class, "soon", "of type String", "a duration"),
                arguments(OfDuration.class, true, "of type Boolean", "a duration"),
                arguments(OfColor.class, "green", "of type String", "one of [RED, DARK_BLUE]"),
                arguments(OfColor.class, 1, "of type Long", "text"),
                arguments(OfList.class, "a", "of type String", "a list"),
                arguments(WithMap.class, "a", "of type String", "a map"),
                arguments(OfParams.class, "a", "of type String", "a map"),
                arguments(OfAddress.class, "a", "of type String", "a map"),
                arguments(OfBoxed.class, "a", "of type String", "a whole number"),
                arguments(OfMaybe.class, "a", "of type String", "a whole number"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aValueOfAnotherTypeIsRefusedWithScheduleKeyAndTypes(
            Class<? extends Record> type, Object value, String found, String wanted) {
        Params params = Schedule.builder("mail", "@daily", "t")
                .param("value", value)
                .build()
                .params();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> params.as(type))
                .withMessageContaining("params of schedule 'mail': 'value' is " + found + "; wanted " + wanted);
    }

    static Stream<Class<? extends Record>> needed() {
        return Stream.of(
                OfText.class,
                OfWhole.class,
                OfSmall.class,
                OfNumber.class,
                OfFlag.class,
                OfInstant.class,
                OfDuration.class,
                OfColor.class,
                OfList.class,
                WithMap.class,
                OfParams.class,
                OfAddress.class);
    }

    @ParameterizedTest
    @MethodSource("needed")
    void aValueThatIsNeededMayNotBeMissing(Class<? extends Record> type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Params.of(Map.of("x", 1)).as(type))
                .withMessageContaining("params: 'value' is missing; wanted ")
                .withMessageContaining("keys present: [x]");
    }

    @ParameterizedTest
    @MethodSource("tooLarge")
    void aWholeNumberTooLargeForAnIntIsRefusedWithScheduleAndKey(Class<? extends Record> type, long value) {
        Params params = Schedule.builder("mail", "@daily", "t")
                .param("value", value)
                .build()
                .params();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> params.as(type))
                .withMessageContaining("params of schedule 'mail': 'value' is ");
    }

    static Stream<Arguments> tooLarge() {
        return Stream.of(
                arguments(OfSmall.class, 1L << 31),
                arguments(OfSmall.class, -(1L << 31) - 1),
                arguments(OfMaybe.class, 1L << 40));
    }

    @Test
    void anErrorInANestedRecordSaysWhereItIs() {
        Params params = Schedule.builder("mail", "@daily", "t")
                .param("value", Map.of("to", "a", "copies", "two"))
                .build()
                .params();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> params.as(OfAddress.class))
                .withMessageContaining("params of schedule 'mail', in 'value': 'copies' is of type String");
    }

    @Test
    void whatTheConstructorThrowsIsTheCause() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Params.of(Map.of("text", " ")).as(Picky.class))
                .withMessageContaining("Picky refused the values: text is blank")
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void aComponentOfATypeThatParamsCannotHoldIsRefused(Class<? extends Record> type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Params.of(Map.of("value", "a")).as(type))
                .withMessageContaining("params: component 'value' has type ")
                .withMessageContaining("which params cannot hold");
    }

    static Stream<Class<? extends Record>> unsupported() {
        return Stream.of(OfUnsupported.class, OfFloat.class, OfAnything.class);
    }
}
