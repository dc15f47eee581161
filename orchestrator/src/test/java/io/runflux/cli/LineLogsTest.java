// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** In a JVM of its own, since the binding of a JVM is chosen once. */
class LineLogsTest {
    /** What the JVM runs. */
    static final class Logging {
        private Logging() {}

        public static void main(String... arguments) {
            LineLogs.use();
            LoggerFactory.getLogger("io.runflux.audit").info("kill {} by {}", "web", "uid 0\nERROR forged");
            LoggerFactory.getLogger(Logging.class).info("not told");
            LoggerFactory.getLogger(Logging.class).warn("{}: lost", "web", new IllegalStateException("why\nforged"));
        }
    }

    private static String run(Map<String, String> environment) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                        java, "-Xshare:auto", "-cp", System.getProperty("java.class.path"), Logging.class.getName())
                .redirectErrorStream(true);
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
}
