package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.io.TempDir;

/** Where the emulator is looked for, and what happens without one. Needs none. */
class EmulatorTest {
    @TempDir
    private Path folder;

    @Test
    void itIsFoundByItsOwnVariable() throws IOException {
        Path jar = file(folder.resolve("some.jar"));

        assertThat(Emulator.jar(Map.of(Emulator.JAR, jar.toString()))).contains(jar);
        assertThat(Emulator.jar(Map.of(Emulator.JAR, folder.resolve("none.jar").toString())))
                .isEmpty();
    }

    @Test
    void itIsFoundInTheHomeOfTheSdk() throws IOException {
        Path jar = sdk(folder.resolve("sdk"));

        for (String variable : new String[] {"GOOGLE_CLOUD_SDK", "CLOUDSDK_ROOT_DIR", "CLOUDSDK_HOME"}) {
            assertThat(Emulator.jar(Map.of(variable, folder.resolve("sdk").toString())))
                    .as(variable)
                    .contains(jar);
        }
    }

    @Test
    void itIsFoundByTheProgramOnThePathThroughItsLink() throws IOException {
        Path jar = sdk(folder.resolve("sdk"));
        Path programs = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(programs.resolve("gcloud"), folder.resolve("sdk/bin/gcloud"));

        String path = folder.resolve("empty") + File.pathSeparator + programs;
        assertThat(Emulator.jar(Map.of("PATH", path)).orElseThrow().toRealPath())
                .isEqualTo(jar.toRealPath());
        assertThat(Emulator.jar(Map.of("PATH", folder.toString()))).isEmpty();
        assertThat(Emulator.jar(Map.of())).isEmpty();
    }

    @Test
    void testsAreSkippedWithoutOneAndFailWhereItIsRequired() throws IOException {
        Map<String, String> program =
                Map.of(Emulator.JAR, file(folder.resolve("some.jar")).toString());

        assertThat(decide(false, program).isDisabled()).isFalse();
        assertThat(decide(true, program).isDisabled()).isFalse();
        assertThat(decide(false, Map.of()).isDisabled()).isTrue();
        assertThat(decide(false, Map.of()).getReason())
                .hasValueSatisfying(line -> assertThat(line).contains(Emulator.HOST, "gcloud"));
        assertThatIllegalStateException()
                .isThrownBy(() -> NeedsEmulator.Condition.decide(false, Map.of(), true))
                .withMessageContaining("No Firestore emulator found");
    }

    @Test
    void testsThatStopOneAreSkippedWhereOnlySomebodyElsesIsGiven() {
        Map<String, String> given = Map.of(Emulator.HOST, "localhost:8080");

        assertThat(decide(false, given).isDisabled()).isFalse();
        assertThat(decide(true, given).isDisabled()).isTrue();
        assertThat(decide(true, given).getReason())
                .hasValueSatisfying(
                        line -> assertThat(line).hasLineCount(1).contains("skipped", Emulator.HOST, Emulator.JAR));
        assertThatIllegalStateException()
                .isThrownBy(() -> NeedsEmulator.Condition.decide(true, given, true))
                .withMessageContaining(Emulator.JAR);
    }

    private static ConditionEvaluationResult decide(boolean ownProcess, Map<String, String> environment) {
        return NeedsEmulator.Condition.decide(ownProcess, environment, false);
    }

    private static Path sdk(Path home) throws IOException {
        Path program = file(home.resolve("bin/gcloud"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return file(home.resolve("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"));
    }

    private static Path file(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }
}
