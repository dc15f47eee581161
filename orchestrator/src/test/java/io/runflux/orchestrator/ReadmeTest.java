// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadmeTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path EXAMPLE = MODULE.resolve("src/test/java/io/runflux/orchestrator/EmbeddingExample.java");
    private static final Path POOL_EXAMPLE = EXAMPLE.resolveSibling("WarmPoolExample.java");
    private static final Path SERVICE = MODULE.resolve("src/test/java/io/runflux/embedding/WebFluxService.java");
    private static final Pattern TAGGED =
            Pattern.compile("// tag::(\\w+)\\[]\n(.*?)[ ]*// end::\\1\\[]", Pattern.DOTALL);
    private static final Pattern JAVA_BLOCK =
            Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void example_ofTheReadme_isTheOneThatRuns() throws IOException {
        assertThat(shown()).startsWith(tagged(EXAMPLE));
    }

    @Test
    void poolExample_ofTheReadme_isTheOneThatRuns() throws IOException {
        assertThat(shown()).endsWith(tagged(POOL_EXAMPLE)).hasSize(2);
    }

    @Test
    @ResourceLock(Resources.SYSTEM_OUT)
    void poolExample_run_tellsWhatTheWorkerDid() {
        assertThat(printed(WarmPoolExample::main)).containsExactly("exit status 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bean", "endpoint"})
    void partOfTheService_inTheReadme_isTheOneThatRuns(String tag) throws IOException {
        String part = TAGGED.matcher(Files.readString(SERVICE))
                .results()
                .filter(found -> found.group(1).equals(tag))
                .map(found -> found.group(2))
                .findFirst()
                .orElseThrow();

        assertThat(withoutIndentation(Files.readString(MODULE.resolve("../README.md"))))
                .contains(withoutIndentation(part));
    }

    private static String withoutIndentation(String code) {
        return code.replaceAll("(?m)^ +", "");
    }

    @Test
    void example_hasAtMostTenLines() throws IOException {
        assertThat(tagged(EXAMPLE).lines()).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    @ResourceLock(Resources.SYSTEM_OUT)
    void example_run_printsTheOutputTheEventsAndTheEnd() {
        assertThat(printed(EmbeddingExample::main))
                .contains("hello", "exit status 0")
                .containsSubsequence("/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete");
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

    private static String tagged(Path example) throws IOException {
        Matcher matcher = TAGGED.matcher(Files.readString(example));
        assertThat(matcher.find()).as("there is a tag in %s", example).isTrue();
        return matcher.group(2).replaceAll("(?m)^ {8}", "");
    }

    private static List<String> shown() throws IOException {
        return JAVA_BLOCK
                .matcher(Files.readString(MODULE.resolve("../README.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
    }
}
