package dev.heartbeat.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.heartbeat.firestore.FirestoreHeartbeatStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for all libraries; this module alone sees every one of them. */
class LibrariesTest {
    private static final int FEWEST_CLASSES = 150;
    private static final String ENGINE = "dev.heartbeat.engine..";
    private static final String IN_MEMORY = "dev.heartbeat.inmemory..";
    private static final String HTTP = "dev.heartbeat.http..";
    private static final String CRON_UTILS = "dev.heartbeat.cronutils..";
    private static final String FIRESTORE = "dev.heartbeat.firestore..";
    private static final String ALERT = "dev.heartbeat.alert..";
    private static final String MAIL = "dev.heartbeat.mail..";

    /** Each adapter, and the packages of the library that it adapts. */
    private static final Map<String, List<String>> ADAPTERS = Map.of(
            IN_MEMORY, List.of(),
            HTTP, List.of("io.javalin.."),
            CRON_UTILS, List.of("com.cronutils.."),
            FIRESTORE, List.of("com.google.."),
            ALERT, List.of(),
            MAIL, List.of("jakarta.mail.."));

    private static final Set<String> CLOCKS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.time.Instant.now",
            "java.time.Clock.systemUTC",
            "java.time.ZoneId.systemDefault");

    private static final JavaClasses LIBRARIES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/dev/heartbeat/examples/"))
            .withImportOption(location -> !location.contains("-tests.jar")) // once heartbeat-firestore is packaged
            .importPackages("dev.heartbeat");

    @Test
    void allLibrariesAreScanned() {
        assertThat(LIBRARIES.size()).isGreaterThanOrEqualTo(FEWEST_CLASSES);
        assertThat(LIBRARIES)
                .extracting(each -> each.getPackageName())
                .contains(
                        "dev.heartbeat.inmemory",
                        "dev.heartbeat.http",
                        "dev.heartbeat.cronutils",
                        "dev.heartbeat.alert",
                        "dev.heartbeat.mail",
                        FirestoreHeartbeatStore.class.getPackageName());
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void noAdapterSeesAnotherAdapterOrTheEngine(String adapter) {
        List<String> others = new ArrayList<>(List.of(ENGINE));
        ADAPTERS.forEach((other, libraries) -> {
            boolean isBelow = adapter.equals(MAIL) && other.equals(ALERT); // a mail is one way to alert
            if (!other.equals(adapter) && !isBelow) {
                others.add(other);
                others.addAll(libraries);
            }
        });
        noClasses()
                .that()
                .resideInAPackage(adapter)
                .and()
                .haveNameNotMatching(".*\\.SimulatedTime(\\$.*)?") // the time of an engine, by design
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others.toArray(String[]::new))
                .check(LIBRARIES);
    }

    static Set<String> adapters() {
        return ADAPTERS.keySet();
    }

    @Test
    void theWriterThatMayNeverComeBackIsNotUsed() {
        noClasses() // it never comes back from close() when conditional writes fail
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("com.google.cloud.firestore.BulkWriter")
                .check(LIBRARIES);
    }

    @Test
    void timeComesInAndTextGoesToTheLogger() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.heartbeat.engine.SystemPace")
                .and()
                .doNotHaveFullyQualifiedName("dev.heartbeat.firestore.Ticks")
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "read the time or zone of the machine",
                        (JavaAccess<?> access) ->
                                CLOCKS.contains(access.getTargetOwner().getName() + "." + access.getName())))
                .check(LIBRARIES);
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(LIBRARIES);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..")
                .check(LIBRARIES);
    }
}
