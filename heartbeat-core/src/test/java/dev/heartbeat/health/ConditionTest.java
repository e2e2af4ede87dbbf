package dev.heartbeat.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConditionTest {
    @Test
    void noNameIsLeftOutOfTheNames() throws Exception {
        Set<Object> names = new HashSet<>();
        for (Field field : Condition.class.getFields()) {
            if (field.getType() == String.class) {
                names.add(field.get(null));
            }
        }
        assertThat(Condition.NAMES).isEqualTo(names);
    }
}
