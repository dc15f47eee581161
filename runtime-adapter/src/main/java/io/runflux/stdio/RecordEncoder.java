// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import tools.jackson.core.io.JsonStringEncoder;

/** Writes records in one format. */
final class RecordEncoder {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final LogFormat format;
    /** Records that arrive together have their time in common. */
    private Instant time = Instant.EPOCH;

    private byte[] timeBytes = new byte[0];

    RecordEncoder(LogFormat format) {
        this.format = format;
    }

    void encode(LogRecordBytes record, ByteArrayOutputStream out) {
        switch (format) {
            case PLAIN -> out.write(record.bytes(), record.start(), record.length());
            case JSON_LINES -> encodeJson(record, out);
            case CRI -> encodeCri(record, out);
        }
    }

    private void encodeJson(LogRecordBytes record, ByteArrayOutputStream out) {
        String text = new String(record.bytes(), record.start(), record.length(), StandardCharsets.UTF_8);
        out.writeBytes(ascii("{\"log\":\""));
        out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        out.writeBytes(ascii("\",\"stream\":\"" + record.stream() + "\",\"time\":\""));
        out.writeBytes(format(record.time()));
        out.writeBytes(ascii("\"}\n"));
    }

    /** The last part of a line that has no newline of its own counts as whole: nothing will follow it. */
    private void encodeCri(LogRecordBytes record, ByteArrayOutputStream out) {
        boolean endsLine = record.endsLine();
        out.writeBytes(format(record.time()));
        out.writeBytes(ascii(" " + record.stream() + (endsLine || record.isLast() ? " F " : " P ")));
        out.write(record.bytes(), record.start(), record.length() - (endsLine ? 1 : 0));
        out.write('\n');
    }

    private byte[] format(Instant instant) {
        if (timeBytes.length == 0 || !instant.equals(time)) {
            time = instant;
            timeBytes = ascii(TIME.format(instant));
        }
        return timeBytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
