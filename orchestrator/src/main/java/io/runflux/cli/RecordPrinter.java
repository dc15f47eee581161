// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.stdio.LogRecord;
import io.runflux.stdio.LogStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** Prints the records of a log where the process wrote them. Blocks, and is confined to one reader. */
final class RecordPrinter {
    private static final DateTimeFormatter NINE_DIGITS =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter(Locale.ROOT);

    private final Target output;
    private final Target errors;
    private final boolean hasTimes;

    RecordPrinter(OutputStream output, OutputStream errors, boolean hasTimes) {
        this.output = new Target(output);
        this.errors = new Target(errors);
        this.hasTimes = hasTimes;
    }

    void print(LogRecord log) {
        try {
            (log.stream() == LogStream.STDERR ? errors : output).print(log, hasTimes);
        } catch (IOException e) {
            throw new UncheckedIOException("the log could not be printed: " + e.getMessage(), e);
        }
    }

    /** One of the two, and whether it is within a line. */
    private static final class Target {
        private final OutputStream stream;
        private boolean isWithinLine;

        Target(OutputStream stream) {
            this.stream = stream;
        }

        void print(LogRecord log, boolean hasTimes) throws IOException {
            Instant time = log.time();
            if (hasTimes && time != null && !isWithinLine) {
                stream.write((NINE_DIGITS.format(time) + " ").getBytes(StandardCharsets.US_ASCII));
            }
            ByteBuffer content = log.content();
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            stream.write(bytes);
            isWithinLine = !log.endsLine();
        }
    }
}
