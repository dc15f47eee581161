// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A piece of output as a log has it: a line with its newline, or a part of a line without.
 *
 * @param stream which output; null if the format does not tell
 * @param time when it was written; null if the format does not tell
 * @param content the bytes, read-only
 */
public record LogRecord(
        @Nullable LogStream stream, @Nullable Instant time, ByteBuffer content) {
    /**
     * Makes the content read-only.
     *
     * @param stream which output; null if the format does not tell
     * @param time when it was written; null if the format does not tell
     * @param content the bytes from its position to its limit, not copied
     */
    public LogRecord {
        content = content.slice().asReadOnlyBuffer();
    }

    /**
     * Returns the bytes.
     *
     * @return a view of its own at each call
     */
    @Override
    public ByteBuffer content() {
        return content.duplicate();
    }

    /**
     * Returns whether the record ends its line; a line of more than 16 KiB is written in several records.
     *
     * @return whether the content ends with a newline
     */
    public boolean endsLine() {
        return content.hasRemaining() && content.get(content.limit() - 1) == '\n';
    }

    /**
     * Returns the content as text.
     *
     * @return the bytes as UTF-8, what is none replaced
     */
    public String text() {
        return StandardCharsets.UTF_8.decode(content()).toString();
    }
}
