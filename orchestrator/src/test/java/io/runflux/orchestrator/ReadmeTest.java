// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final Path SERVICE = MODULE.resolve("src/test/java/io/runflux/embedding/WebFluxService.java");
    private static final Pattern TAGGED =
            Pattern.compile("// tag::embedding\\[]\n(.*?)[ ]*// end::embedding\\[]", Pattern.DOTALL);
    private static final Pattern JAVA_BLOCK =
            Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void example_ofTheReadme_isTheOneThatRuns() throws IOException {
        String example = find(TAGGED, Files.readString(EXAMPLE)).replaceAll("(?m)^ {8}", "");

        String shown = find(JAVA_BLOCK, Files.readString(MODULE.resolve("../README.md")));

        assertThat(shown).isEqualTo(example);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bean", "endpoint"})
    void partOfTheService_inTheReadme_isTheOneThatRuns(String tag) throws IOException {
        Pattern part = Pattern.compile("// tag::" + tag + "\\[]\n(.*?)[ ]*// end::" + tag + "\\[]", Pattern.DOTALL);

        assertThat(withoutIndentation(Files.readString(MODULE.resolve("../README.md"))))
                .contains(withoutIndentation(find(part, Files.readString(SERVICE))));
    }

    private static String withoutIndentation(String code) {
        return code.replaceAll("(?m)^ +", "");
    }

    @Test
    void example_hasAtMostTenLines() throws IOException {
        assertThat(find(TAGGED, Files.readString(EXAMPLE)).lines()).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    @ResourceLock(Resources.SYSTEM_OUT)
    void example_run_printsTheOutputTheEventsAndTheEnd() {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            EmbeddingExample.main();
        } finally {
            System.setOut(out);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .contains("hello", "exit status 0")
                .containsSubsequence("/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete");
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("there is a match of %s", pattern).isTrue();
        return matcher.group(1);
    }
}
