// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the log of one call of a runtime: JSON objects, one a line or without anything between them. What is no JSON,
 * the words of a panic for one, is passed over to the next line.
 */
final class RuntimeLog {
    private static final JsonMapper MAPPER = new JsonMapper();

    private RuntimeLog() {}

    /** Returns the message of the last entry whose level is error. */
    static Optional<String> lastError(String log) {
        return entries(log).stream()
                .filter(entry -> text(entry, "level").equals("error"))
                .map(entry -> text(entry, "msg"))
                .filter(message -> !message.isEmpty())
                .reduce((first, second) -> second);
    }

    /** Tells the entries of a log on standard error, of which the errors are kept, from the other words there. */
    static Said readStderr(String stderr) {
        StringBuilder words = new StringBuilder();
        stderr.lines().flatMap(RuntimeLog::words).forEach(line -> words.append(line)
                .append('\n'));
        return new Said(words.toString(), lastError(stderr).orElse(null));
    }

    private static Stream<String> words(String line) {
        List<JsonNode> entries = entries(line);
        return entries.isEmpty()
                        || entries.stream()
                                .anyMatch(entry -> text(entry, "level").isEmpty())
                ? Stream.of(line)
                : entries.stream()
                        .filter(entry -> text(entry, "level").equals("error"))
                        .map(entry -> text(entry, "msg"));
    }

    /** Returns a line for each entry: its time, its level and its message. */
    static String toText(String log) {
        return entries(log).stream()
                .map(entry -> text(entry, "time") + " " + text(entry, "level") + " " + text(entry, "msg") + "\n")
                .collect(Collectors.joining());
    }

    private static List<JsonNode> entries(String log) {
        List<JsonNode> entries = new ArrayList<>();
        log.lines().filter(line -> line.contains("{")).forEach(line -> addEntries(line, entries));
        return entries;
    }

    private static void addEntries(String line, List<JsonNode> entries) {
        try (MappingIterator<JsonNode> found = MAPPER.readerFor(JsonNode.class).readValues(line)) {
            while (found.hasNextValue()) {
                entries.add(found.nextValue());
            }
        } catch (JacksonException e) {
            return;
        }
    }

    private static String text(JsonNode entry, String field) {
        return entry.path(field).asString("").strip();
    }

    /**
     * What a command has said.
     *
     * @param stderr its words on standard error
     * @param logged the last error of its log, or null if there is none
     */
    record Said(String stderr, @Nullable String logged) {}
}
