// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.stdio.LogRecord;
import io.runflux.stdio.LogStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordPrinterTest {
    private static final Instant TIME = Instant.parse("2026-01-31T09:00:00.5Z");

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    private static LogRecord log(@Nullable LogStream stream, @Nullable Instant time, String text) {
        return new LogRecord(stream, time, StandardCharsets.UTF_8.encode(text));
    }

    @Test
    void print_withTimes_putsOneBeforeEachLineOfEachStream() {
        RecordPrinter printer = new RecordPrinter(output, errors, true);
        printer.print(log(LogStream.STDOUT, TIME, "begin, "));
        printer.print(log(LogStream.STDERR, TIME, "err\n"));
        printer.print(log(LogStream.STDOUT, TIME, "end\n"));

        assertThat(output).hasToString("2026-01-31T09:00:00.500000000Z begin, end\n");
        assertThat(errors).hasToString("2026-01-31T09:00:00.500000000Z err\n");
    }

    @Test
    void print_unknownStream_isOutputAsItIs() {
        RecordPrinter printer = new RecordPrinter(output, errors, false);
        printer.print(log(null, null, "\u001b[1mbold\u001b[0m\n"));

        assertThat(output).hasToString("\u001b[1mbold\u001b[0m\n");
        assertThat(errors.size()).isZero();
    }
}
