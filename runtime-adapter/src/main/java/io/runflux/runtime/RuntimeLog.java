// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.util.Optional;
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
        return log.lines()
                .map(RuntimeLog::lastErrorOfLine)
                .flatMap(Optional::stream)
                .reduce((first, second) -> second);
    }

    private static Optional<String> lastErrorOfLine(String line) {
        String last = null;
        try (MappingIterator<JsonNode> entries =
                MAPPER.readerFor(JsonNode.class).readValues(line)) {
            while (entries.hasNextValue()) {
                last = errorOrElse(entries.nextValue(), last);
            }
        } catch (JacksonException e) {
            return Optional.ofNullable(last);
        }
        return Optional.ofNullable(last);
    }

    private static @Nullable String errorOrElse(JsonNode entry, @Nullable String other) {
        boolean isError = entry.path("level").asString("").equals("error");
        String message = entry.path("msg").asString("").strip();
        return isError && !message.isEmpty() ? message : other;
    }
}
