// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * One record of a log. Messages and errors have words of runtimes and of containers in them, so that nothing in them
 * ends a line, or begins one that could be taken for a record: in text, what follows the first line is indented, and a
 * control character is a question mark; in JSON, whatever could end a line or do something to a terminal is escaped.
 *
 * @param logger the whole name of its source
 */
record LogLine(
        Instant time,
        Level level,
        String logger,
        String thread,
        String message,
        @Nullable Throwable error) {
    private static final int MAX_CHARACTERS = 32_768;
    private static final String INDENTATION = "    ";

    String in(LogFormat format) {
        return format == LogFormat.JSON ? toJson() : toText();
    }

    private String toText() {
        String source = logger.substring(logger.lastIndexOf('.') + 1);
        String line = level + " " + printable(source) + " - "
                + printable(bounded(message).replace("\n", "\\n"));
        return error == null ? line : line + "\n" + indented(bounded(stack(error)));
    }

    private static String indented(String text) {
        return text.lines().map(line -> INDENTATION + printable(line)).collect(Collectors.joining("\n"));
    }

    /** Tabs are printable; of what ends a line only {@link String#lines} knows the usual. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\u2028\\u2029&&[^\\t]]", "?");
    }

    private String toJson() {
        StringBuilder json = new StringBuilder("{\"time\":\"").append(time).append('"');
        field(json, "level", level.toString());
        field(json, "logger", logger);
        field(json, "thread", thread);
        field(json, "message", bounded(message));
        if (error != null) {
            field(json, "error", bounded(error.toString()));
            field(json, "stack", bounded(stack(error)));
        }
        return json.append('}').toString();
    }

    private static void field(StringBuilder json, String name, String value) {
        json.append(",\"").append(name).append("\":\"");
        value.codePoints().forEach(point -> append(json, point));
        json.append('"');
    }

    private static void append(StringBuilder json, int point) {
        if (point == '"' || point == '\\') {
            json.append('\\').append((char) point);
        } else if (point == '\n') {
            json.append("\\n");
        } else if (isEscaped(point)) {
            json.append(String.format("\\u%04x", point));
        } else {
            json.appendCodePoint(point);
        }
    }

    private static boolean isEscaped(int point) {
        return Character.isISOControl(point)
                || point == 0x2028
                || point == 0x2029
                || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private static String bounded(String text) {
        return text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS) + "...";
    }

    private static String stack(Throwable error) {
        StringWriter stack = new StringWriter();
        error.printStackTrace(new PrintWriter(stack));
        return stack.toString().stripTrailing();
    }
}
