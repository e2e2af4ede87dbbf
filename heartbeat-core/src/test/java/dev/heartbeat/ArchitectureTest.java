package dev.heartbeat;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    /** A rule that is shown no classes always holds. */
    private static final int FEWEST_CLASSES = 120;

    private static final String ROOT = "dev.heartbeat";

    /** Each may use the ones before it, never one after it. The facade, in the root package, may use all of them. */
    private static final List<String> PACKAGES_IN_ORDER =
            List.of("cron", "schedule", "task", "store", "health", "insight", "alert", "engine");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void allClassesAreScanned() {
        assertThat(MAIN.size()).as("classes scanned").isGreaterThanOrEqualTo(FEWEST_CLASSES);
    }

    @Test
    void packagesUseOnlyTheOnesBeforeThem() {
        List<String> allowed = new ArrayList<>(List.of("java..", "javax..", "org.jspecify.."));
        for (String name : PACKAGES_IN_ORDER) {
            String layer = ROOT + "." + name + "..";
            allowed.add(layer);
            classes()
                    .that()
                    .resideInAPackage(layer)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(allowed.toArray(String[]::new))
                    .allowEmptyShould(true)
                    .check(MAIN);
        }
        allowed.add(ROOT);
        classes()
                .should()
                .resideInAnyPackage(allowed.toArray(String[]::new))
                .andShould()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new))
                .because("a new package needs its place in PACKAGES_IN_ORDER, and core uses the JDK alone")
                .check(MAIN);
    }

    @Test
    void insightIsLoadedWhenItIsAskedForAndByNoPulse() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".insight..")
                .check(MAIN);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(MAIN);
    }

    // What follows holds for every module of Heartbeat.

    @Test
    void timeComesInThroughAnInstantSource() {
        noClasses()
                .that(not("dev.heartbeat.engine.SystemPace"))
                .should()
                .accessTargetWhere(readsTheTimeOfTheMachine())
                .because("time is an argument or comes from the InstantSource, and tests travel in it")
                .check(MAIN);
    }

    @Test
    void systemInstantSourceIsTheDefaultOfTheFacadeOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .accessTargetWhere(calls("java.time.InstantSource", "system"))
                .check(MAIN);
    }

    @Test
    void nothingReadsTheDefaultTimeZone() {
        noClasses()
                .should()
                .accessTargetWhere(
                        calls("java.time.ZoneId", "systemDefault").or(calls("java.util.TimeZone", "getDefault")))
                .check(MAIN);
    }

    @Test
    void nothingWritesToStandardStreams() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MAIN);
    }

    @Test
    void loggingGoesThroughSystemLogger() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..")
                .check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = MAIN.stream()
                .map(JavaClass::getPackage)
                .filter(javaPackage -> javaPackage
                        .tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                        .isEmpty())
                .map(JavaPackage::getName)
                .collect(Collectors.toSet());

        assertThat(unmarked)
                .as("packages without @NullMarked in a package-info.java")
                .isEmpty();
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheTimeOfTheMachine() {
        DescribedPredicate<JavaAccess<?>> nowOfJavaTime = DescribedPredicate.describe(
                "now() of java.time",
                access -> resideInAPackage("java.time..").test(access.getTargetOwner())
                        && access.getName().equals("now")
                        && !takesAClock(access));
        return nowOfJavaTime
                .or(calls("java.lang.System", "currentTimeMillis", "nanoTime"))
                .or(calls(
                        "java.time.Clock",
                        "systemUTC",
                        "systemDefaultZone",
                        "system",
                        "tickMillis",
                        "tickSeconds",
                        "tickMinutes"))
                .or(calls("java.util.Calendar", "getInstance"))
                .or(DescribedPredicate.describe(
                        "new Date()",
                        access -> access.getTargetOwner().isEquivalentTo(java.util.Date.class)
                                && access.getTarget() instanceof CodeUnitAccessTarget target
                                && target.getName().equals("<init>")
                                && target.getRawParameterTypes().isEmpty()))
                .as("read the time of the machine");
    }

    private static boolean takesAClock(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Clock.class));
    }

    /** Calls and method references. */
    private static DescribedPredicate<JavaAccess<?>> calls(String owner, String... methods) {
        Set<String> names = Set.of(methods);
        return DescribedPredicate.describe(
                "call " + owner + "." + String.join("|", methods),
                access -> access.getTargetOwner().getFullName().equals(owner) && names.contains(access.getName()));
    }

    /** All classes but this one and those nested in it. */
    private static DescribedPredicate<JavaClass> not(String name) {
        return DescribedPredicate.describe(
                "are not " + name,
                javaClass -> !javaClass.getFullName().equals(name)
                        && !javaClass.getFullName().startsWith(name + "$"));
    }
}
