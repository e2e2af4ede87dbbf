package dev.heartbeat.cronutils;

import static org.assertj.core.api.Assertions.assertThat;

import com.cronutils.model.Cron;
import dev.heartbeat.cron.Timing;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests run on the class path; here the module is resolved and used as one. */
class ModuleTest {
    private static final String NAME = "dev.heartbeat.cronutils";

    @Test
    void theModuleResolvesWithCronUtilsAndWorks() throws Exception {
        Path[] path = Stream.of(CronDialect.class, Timing.class, Cron.class, Class.forName("org.slf4j.Logger"))
                .map(ModuleTest::location)
                .toArray(Path[]::new);
        Configuration configuration =
                ModuleLayer.boot().configuration().resolve(ModuleFinder.of(path), ModuleFinder.of(), Set.of(NAME));
        ModuleLayer layer = ModuleLayer.defineModulesWithOneLoader(
                        configuration, List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader())
                .layer();
        Module module = layer.findModule(NAME).orElseThrow();
        assertThat(module.getDescriptor().isAutomatic()).isFalse();

        Class<?> dialect = Class.forName(module, NAME + ".CronDialect");
        Object timing = dialect.getMethod("read", String.class).invoke(null, "@quartz 0 0 9 ? * MON-FRI");
        assertThat(timing).hasToString("@quartz 0 0 9 ? * MON-FRI");
        Class<?> timings = Class.forName(layer.findModule("dev.heartbeat.core").orElseThrow(), Timing.class.getName());
        Object words = Class.forName(module, NAME + ".CronDescriptions")
                .getMethod("describe", timings)
                .invoke(null, timing);
        assertThat(words).isEqualTo(Optional.of("at 09:00 every day between Monday and Friday"));
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
