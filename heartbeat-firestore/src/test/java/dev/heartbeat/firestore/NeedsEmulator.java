package dev.heartbeat.firestore;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests that run on a Firestore emulator. Without one they are skipped, and one line says so; they fail if {@code
 * -Dheartbeat.firestore.required=true} is set.
 */
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsEmulator.Condition.class)
public @interface NeedsEmulator {
    /** Whether it must be a process that the test starts, for it stops or kills it: one that runs already will not do. */
    boolean ownProcess() default false;

    /** Decides for a class or a method, and says each reason once. */
    final class Condition implements ExecutionCondition {
        private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<NeedsEmulator> need =
                    context.getElement().map(element -> element.getAnnotation(NeedsEmulator.class));
            if (need.isEmpty()) {
                return ConditionEvaluationResult.enabled("decided for the class");
            }
            ConditionEvaluationResult result = decide(
                    need.get().ownProcess(), System.getenv(), Boolean.getBoolean("heartbeat.firestore.required"));
            if (result.isDisabled() && SAID.add(result.getReason().orElseThrow())) {
                System.err.println(result.getReason().orElseThrow());
            }
            return result;
        }

        static ConditionEvaluationResult decide(
                boolean ownProcess, Map<String, String> environment, boolean isRequired) {
            boolean isGiven = environment.get(Emulator.HOST) != null;
            if (Emulator.jar(environment).isPresent() || (isGiven && !ownProcess)) {
                return ConditionEvaluationResult.enabled("there is a Firestore emulator");
            }
            String missing = isGiven ? Emulator.NO_PROGRAM : Emulator.MISSING;
            if (isRequired) {
                throw new IllegalStateException(missing);
            }
            return ConditionEvaluationResult.disabled("Tests on Firestore are skipped. " + missing);
        }
    }
}
