// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.embedding.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The README's example in a JVM that does nothing else, so that what it leaves there is its own. */
@Tag("once")
class EmbeddingExampleTest {
    private static final String GAINED = "gained ";
    private static final String LEFT = "left ";

    /**
     * Those that outlive an orchestrator, as DESIGN.md says, with what belongs to them: JNA calls a program when it is
     * loaded.
     */
    private static final Set<String> DOCUMENTED = Set.of(
            "reactor-tcp-epoll",
            "runflux-events",
            "runflux-streams",
            "boundedElastic",
            "boundedElastic-evictor",
            "parallel",
            "JNA Cleaner",
            "process reaper");

    /** What the JVM runs. */
    static final class PlainService {
        private PlainService() {}

        public static void main(String... arguments) throws Exception {
            Set<String> before = Threads.kinds();
            EmbeddingExample.main();
            Threads.awaitEnd("runflux-spawner");
            Threads.kindsBeside(before).forEach(kind -> System.out.println(GAINED + kind));
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
                descriptors
                        .map(PlainService::target)
                        .filter(target -> target.contains("pidfd") || target.startsWith("pipe:"))
                        .forEach(target -> System.out.println(LEFT + target));
            }
            ProcessHandle.current().children().forEach(child -> System.out.println(LEFT + child.pid()));
        }

        private static String target(Path descriptor) {
            try {
                return Integer.parseInt(descriptor.getFileName().toString()) < 3
                        ? ""
                        : Files.readSymbolicLink(descriptor).toString();
            } catch (IOException closed) {
                return "";
            }
        }
    }

    /** It ends by itself: no thread that it has left keeps the JVM. */
    @Test
    void example_inAPlainMain_leavesNothingAndEnds() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), PlainService.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Arrays.asList(output.split("\n"));
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(lines)
                .contains("hello", "exit status 0")
                .containsSubsequence("/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete")
                .noneMatch(line -> line.startsWith(LEFT));
        assertThat(lines.stream().filter(line -> line.startsWith(GAINED)).map(line -> line.substring(GAINED.length())))
                .isSubsetOf(DOCUMENTED);
    }
}
