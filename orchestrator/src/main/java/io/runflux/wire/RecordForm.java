// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.stdio.LogRecord;
import io.runflux.stdio.LogStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A record of a log: text, or base64 where the bytes are no text. */
record RecordForm(
        @Nullable LogStream stream,
        @Nullable Instant time,
        @Nullable String text,
        @Nullable String base64) {
    static RecordForm of(LogRecord record) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(record.content()).toString();
            return new RecordForm(record.stream(), record.time(), text, null);
        } catch (CharacterCodingException noText) {
            ByteBuffer encoded = Base64.getEncoder().encode(record.content());
            return new RecordForm(
                    record.stream(),
                    record.time(),
                    null,
                    StandardCharsets.ISO_8859_1.decode(encoded).toString());
        }
    }

    LogRecord toRecord() {
        if ((text == null) == (base64 == null)) {
            throw new IllegalArgumentException("a record must have either text or base64");
        }
        byte[] content = text == null ? Base64.getDecoder().decode(base64) : text.getBytes(StandardCharsets.UTF_8);
        return new LogRecord(stream, time, ByteBuffer.wrap(content));
    }
}
