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
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for all libraries; this module alone sees every one of them. */
class LibrariesTest {
    private static final int FEWEST_CLASSES = 150;
    private static final String ENGINE = "dev.heartbeat.engine..";
    private static final String IN_MEMORY = "dev.heartbeat.inmemory..";
    private static final String HTTP = "dev.heartbeat.http..";
    private static final String CRON_UTILS = "dev.heartbeat.cronutils..";
    private static final String FIRESTORE = "dev.heartbeat.firestore..";
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
                        FirestoreHeartbeatStore.class.getPackageName());
    }

    @Test
    void noAdapterSeesAnotherAdapterOrTheEngine() {
        noClasses()
                .that()
                .resideInAPackage(HTTP)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(IN_MEMORY, CRON_UTILS, "com.cronutils..", FIRESTORE, "com.google..", ENGINE)
                .check(LIBRARIES);
        noClasses()
                .that()
                .resideInAPackage(IN_MEMORY)
                .and()
                .haveNameNotMatching(".*\\.SimulatedTime(\\$.*)?") // the time of an engine, by design
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, CRON_UTILS, "com.cronutils..", FIRESTORE, "com.google..", ENGINE)
                .check(LIBRARIES);
        noClasses()
                .that()
                .resideInAPackage(CRON_UTILS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, IN_MEMORY, FIRESTORE, "com.google..", ENGINE)
                .check(LIBRARIES);
        noClasses()
                .that()
                .resideInAPackage(FIRESTORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HTTP, IN_MEMORY, CRON_UTILS, "com.cronutils..", ENGINE)
                .check(LIBRARIES);
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
