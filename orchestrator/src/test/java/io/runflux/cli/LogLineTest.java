// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogLineTest {
    private static final Instant TIME = Instant.parse("2026-11-22T12:00:00.5Z");
    private static final JsonMapper JSON = JsonMapper.shared();

    private static LogLine line(String message, Throwable error) {
        return new LogLine(TIME, Level.WARN, "io.runflux.orchestrator.ContainerRun", "main", message, error);
    }

    private static LogLine line(String message) {
        return new LogLine(TIME, Level.WARN, "io.runflux.orchestrator.ContainerRun", "main", message, null);
    }

    @Test
    void text_isForPeople() {
        assertThat(line("web: could not be removed").in(LogFormat.TEXT))
                .isEqualTo("WARN ContainerRun - web: could not be removed");
    }

    @Test
    void json_hasTheWholeRecord() {
        assertThat(line("web: \"gone\" \\ é").in(LogFormat.JSON))
                .isEqualTo("{\"time\":\"2026-11-22T12:00:00.500Z\",\"level\":\"WARN\","
                        + "\"logger\":\"io.runflux.orchestrator.ContainerRun\",\"thread\":\"main\","
                        + "\"message\":\"web: \\\"gone\\\" \\\\ é\"}");
    }

    /** What a container may have had its runtime say. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "out\nERROR Audit - forged",
                "out\r\nERROR Audit - forged",
                "out\rERROR Audit - forged",
                "out\u0085ERROR Audit - forged",
                "out\u2028ERROR Audit - forged",
                "out\u000bERROR Audit - forged\u000c",
                "\u001b[2K\u001b[1AERROR Audit - forged",
                "out\",\"level\":\"ERROR\"}\n{\"level\":\"ERROR\",\"message\":\"forged\"}"
            })
    void wordsOfOthers_forgeNoRecord(String words) {
        Exception error = new IllegalStateException(words, new IllegalArgumentException(words));
        error.addSuppressed(new IllegalStateException(words));

        assertThat(line(words).in(LogFormat.TEXT)).startsWith("WARN ").doesNotMatch("(?s).*[\\v\\x1b].*");
        List<String> text = line(words, error).in(LogFormat.TEXT).lines().toList();
        assertThat(text.subList(1, text.size())).isNotEmpty().allMatch(each -> each.startsWith("    "));
        assertThat(text).noneMatch(each -> each.matches(".*[\\p{Cc}\\u2028&&[^\\t]].*"));

        String json = line(words, error).in(LogFormat.JSON);
        assertThat(json).doesNotMatch("(?s).*[\\p{Cc}\\u2028\\u2029].*");
        JsonNode read = JSON.readTree(json);
        assertThat(read.get("level").asString()).isEqualTo("WARN");
        assertThat(read.get("message").asString()).isEqualTo(words);
        assertThat(read.get("error").asString()).endsWith(words);
    }

    @Test
    void json_halfACharacter_isEscaped() {
        String json = line("\ud83d").in(LogFormat.JSON);

        assertThat(json).contains("\"message\":\"\\ud83d\"");
    }

    @Test
    void longWords_areCut() {
        assertThat(line("x".repeat(1 << 20)).in(LogFormat.JSON)).hasSizeLessThan(40_000);
        assertThat(line("x".repeat(1 << 20)).in(LogFormat.TEXT)).hasSizeLessThan(40_000);
    }
}
