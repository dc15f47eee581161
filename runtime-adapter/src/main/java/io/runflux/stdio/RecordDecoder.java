// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads records of one format. What is none comes as it is, without a stream and a time. For one thread at a time. */
final class RecordDecoder {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final LogFormat format;
    /** Records that arrived together have their time in common. */
    private String timeText = "";

    private @Nullable Instant time;

    RecordDecoder(LogFormat format) {
        this.format = format;
    }

    /** Takes over the line, which ends with its newline if it has one. */
    LogRecord decode(byte[] line) {
        LogRecord record =
                switch (format) {
                    case PLAIN -> null;
                    case JSON_LINES -> decodeJson(line);
                    case CRI -> decodeCri(line);
                };
        return record == null ? new LogRecord(null, null, ByteBuffer.wrap(line)) : record;
    }

    private @Nullable LogRecord decodeJson(byte[] line) {
        try {
            JsonNode node = MAPPER.readTree(line);
            LogStream stream = stream(node.path("stream").asString(""));
            Instant time = timeOf(node.path("time").asString(""));
            JsonNode text = node.path("log");
            if (stream == null || time == null || !text.isString()) {
                return null;
            }
            return new LogRecord(stream, time, ByteBuffer.wrap(text.asString().getBytes(StandardCharsets.UTF_8)));
        } catch (JacksonException e) {
            return null;
        }
    }

    private @Nullable LogRecord decodeCri(byte[] line) {
        int afterTime = after(line, 0);
        int afterStream = after(line, afterTime);
        int content = after(line, afterStream);
        if (afterTime < 0 || afterStream < 0 || content != afterStream + 2 || line[line.length - 1] != '\n') {
            return null;
        }
        Instant time = timeOf(text(line, 0, afterTime - 1));
        LogStream stream = stream(text(line, afterTime, afterStream - 1));
        byte tag = line[afterStream];
        if (time == null || stream == null || (tag != 'P' && tag != 'F')) {
            return null;
        }
        return new LogRecord(
                stream, time, ByteBuffer.wrap(Arrays.copyOfRange(line, content, line.length - (tag == 'P' ? 1 : 0))));
    }

    /** Returns where the word after the next space begins, or -1. */
    private static int after(byte[] line, int start) {
        for (int i = start; start >= 0 && i < line.length; i++) {
            if (line[i] == ' ') {
                return i + 1;
            }
        }
        return -1;
    }

    private static String text(byte[] line, int start, int end) {
        return new String(line, start, end - start, StandardCharsets.UTF_8);
    }

    private static @Nullable LogStream stream(String name) {
        return switch (name) {
            case "stdout" -> LogStream.STDOUT;
            case "stderr" -> LogStream.STDERR;
            default -> null;
        };
    }

    private @Nullable Instant timeOf(String text) {
        if (!text.equals(timeText)) {
            time = parse(text);
            timeText = text;
        }
        return time;
    }

    private static @Nullable Instant parse(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
