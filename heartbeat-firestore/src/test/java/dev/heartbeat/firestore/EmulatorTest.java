package dev.heartbeat.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
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
    void testsAreSkippedWithoutOneAndFailWhereItIsRequired() {
        assertThat(NeedsEmulator.Condition.decide(true, true).isDisabled()).isFalse();
        assertThat(NeedsEmulator.Condition.decide(false, false).isDisabled()).isTrue();
        assertThat(NeedsEmulator.Condition.decide(false, false).getReason())
                .hasValueSatisfying(line -> assertThat(line).contains(Emulator.HOST, "gcloud"));
        assertThatIllegalStateException()
                .isThrownBy(() -> NeedsEmulator.Condition.decide(false, true))
                .withMessageContaining("No Firestore emulator found");
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
