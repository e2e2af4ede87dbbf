package dev.heartbeat.firestore;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests that run on a Firestore emulator. Without one they are skipped, and one line says so; they fail if {@code
 * -Dheartbeat.firestore.required=true} is set.
 */
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsEmulator.Condition.class)
public @interface NeedsEmulator {
    /** Decides for a whole class. */
    final class Condition implements ExecutionCondition {
        private static final AtomicBoolean SAID = new AtomicBoolean();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            ConditionEvaluationResult result =
                    decide(Emulator.isAvailable(), Boolean.getBoolean("heartbeat.firestore.required"));
            if (result.isDisabled() && SAID.compareAndSet(false, true)) {
                System.err.println(result.getReason().orElseThrow());
            }
            return result;
        }

        static ConditionEvaluationResult decide(boolean isAvailable, boolean isRequired) {
            if (isAvailable) {
                return ConditionEvaluationResult.enabled("there is a Firestore emulator");
            }
            if (isRequired) {
                throw new IllegalStateException(Emulator.MISSING);
            }
            return ConditionEvaluationResult.disabled("Tests on Firestore are skipped. " + Emulator.MISSING);
        }
    }
}
