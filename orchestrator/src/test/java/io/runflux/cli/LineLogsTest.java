// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** In a JVM of its own, since the binding of a JVM is chosen once. */
class LineLogsTest {
    /** What the JVM runs. */
    static final class Logging {
        private Logging() {}

        public static void main(String... arguments) {
            LineLogs.use();
            LogSettings.complain();
            LoggerFactory.getLogger("io.runflux.audit").info("kill {} by {}", "web", "uid 0\nERROR forged");
            LoggerFactory.getLogger(Logging.class).info("not told");
            LoggerFactory.getLogger(Logging.class).warn("{}: lost", "web", new IllegalStateException("why\nforged"));
        }
    }

    private static String run(Map<String, String> environment) throws Exception {
        return run(Logging.class, environment, "");
    }

    private static String run(Class<?> main, Map<String, String> environment, String words) throws Exception {
        List<String> command = new ArrayList<>(List.of(CliArchive.java()));
        command.addAll(CliArchive.options());
        command.add(main.getName());
        command.addAll(words.isEmpty() ? List.of() : List.of(words.split(" ")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void logs_withoutSettings_areTextAndWarningsAndWhoDidWhat() throws Exception {
        assertThat(run(Map.of()).lines())
                .startsWith(
                        "INFO audit - kill web by uid 0\\nERROR forged",
                        "WARN LineLogsTest$Logging - web: lost",
                        "    java.lang.IllegalStateException: why",
                        "    forged")
                .noneMatch(line -> line.contains("not told") || line.startsWith("SLF4J"));
    }

    @Test
    void logs_inJson_areOneObjectALine() throws Exception {
        assertThat(run(Map.of("RUNFLUX_LOG_FORMAT", "json", "RUNFLUX_LOG_LEVEL", "info"))
                        .lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("{\"time\":\"") && line.endsWith("\"}"))
                .anyMatch(line -> line.contains("\"message\":\"not told\""));
    }

    @Test
    void logs_settingThatIsNone_isComplainedOf() throws Exception {
        assertThat(run(Map.of("RUNFLUX_LOG_LEVEL", "loud")).lines())
                .startsWith("WARN LogSettings - RUNFLUX_LOG_LEVEL must be one of error, warn, info, debug, trace, was"
                        + " 'loud', and does not count");
    }

    /** Before the command and behind it, and whatever the environment says. */
    @Test
    void options_winOverTheEnvironment(@TempDir Path directory) throws Exception {
        String list = "list --runtime host --root " + directory.resolve("state");
        Map<String, String> quiet = Map.of("RUNFLUX_LOG_LEVEL", "error", "RUNFLUX_LOG_FORMAT", "text");
        Map<String, String> loud = Map.of("RUNFLUX_LOG_LEVEL", "debug");

        assertThat(run(Runflux.class, quiet, "--log-format=json " + list + " --log-level debug")
                        .lines())
                .filteredOn(line -> !line.startsWith("ID "))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("{\"time\":\""));
        assertThat(run(Runflux.class, loud, list + " --log-level warn").lines())
                .singleElement()
                .asString()
                .startsWith("ID ");
    }
}
