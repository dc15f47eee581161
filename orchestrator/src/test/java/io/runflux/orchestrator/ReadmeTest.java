// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.runflux.stdio.UpstreamOptions;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

class ReadmeTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path EXAMPLE = MODULE.resolve("src/test/java/io/runflux/orchestrator/EmbeddingExample.java");
    private static final Path POOL_EXAMPLE = EXAMPLE.resolveSibling("WarmPoolExample.java");
    private static final Path SERVICE = MODULE.resolve("src/test/java/io/runflux/embedding/WebFluxService.java");
    private static final Pattern TAGGED = Pattern.compile("// tag::(\\w+)\\[]\n(.*?)// end::\\1\\[]", Pattern.DOTALL);
    private static final Pattern JAVA_BLOCK =
            Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final List<String> LIFE = List.of("ready", "from within", "bye", "exit status 3");

    @TempDir
    private Path logs;

    /** The first and those of the service are run by tests of their own. */
    @Test
    void javaBlocks_ofTheReadme_areTheExamplesThatRun() throws IOException {
        assertThat(shown())
                .containsExactly(
                        tagged(EXAMPLE, "embedding"),
                        tagged(EXAMPLE, "runc"),
                        tagged(EXAMPLE, "life"),
                        tagged(SERVICE, "beans"),
                        tagged(SERVICE, "endpoint"),
                        tagged(POOL_EXAMPLE, "pool"));
    }

    @Test
    @ResourceLock(Resources.SYSTEM_OUT)
    void poolExample_run_tellsWhatTheWorkerDid() {
        assertThat(printed(WarmPoolExample::main)).containsExactly("exit status 0");
    }

    @Test
    void example_hasAtMostTenLines() throws IOException {
        assertThat(tagged(EXAMPLE, "embedding").lines()).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    @ResourceLock(Resources.SYSTEM_OUT)
    void lifeExample_ofTheHost_tellsWhatWasSaidAndTheEnd() {
        Orchestrator orchestrator = Orchestrator.builder()
                .logs(UpstreamOptions.defaults().withAllowedRoots(logs))
                .build();

        assertThat(printed(() -> EmbeddingExample.life(orchestrator, logs))).isEqualTo(LIFE);
    }

    /** Its status is known, so the builder of the example has all that it needs. */
    @Test
    @RequiresRoot
    @RequiresRuntime("runc")
    @ResourceLock(Resources.SYSTEM_OUT)
    void lifeExample_ofRunc_tellsWhatWasSaidAndTheEnd() {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/runc")), "runc is not where the README has it");

        assertThat(printed(() -> EmbeddingExample.life(EmbeddingExample.runc(logs), logs)))
                .isEqualTo(LIFE);
    }

    private static List<String> printed(Runnable example) {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            example.run();
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static String tagged(Path example, String tag) throws IOException {
        return TAGGED.matcher(Files.readString(example))
                .results()
                .filter(found -> found.group(1).equals(tag))
                .map(found -> found.group(2).stripIndent())
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no tag " + tag + " in " + example));
    }

    private static List<String> shown() throws IOException {
        return JAVA_BLOCK
                .matcher(Files.readString(MODULE.resolve("../README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
    }
}
