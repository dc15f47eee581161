// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.time.Instant;

/** A record to be written, within an array that is used again; the last one of its stream may lack a newline. */
final class LogRecordBytes {
    private final LogStream stream;
    private final Instant time;
    private final byte[] bytes;
    private final int start;
    private final int length;
    private final boolean isLast;

    private LogRecordBytes(LogStream stream, Instant time, byte[] bytes, int start, int length, boolean isLast) {
        this.stream = stream;
        this.time = time;
        this.bytes = bytes;
        this.start = start;
        this.length = length;
        this.isLast = isLast;
    }

    static LogRecordBytes whole(LogStream stream, Instant time, byte[] bytes) {
        return new LogRecordBytes(stream, time, bytes, 0, bytes.length, true);
    }

    static LogRecordBytes part(LogStream stream, Instant time, byte[] bytes, int start, int length, boolean isLast) {
        return new LogRecordBytes(stream, time, bytes, start, length, isLast);
    }

    LogStream stream() {
        return stream;
    }

    Instant time() {
        return time;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int length() {
        return length;
    }

    boolean isLast() {
        return isLast;
    }

    boolean endsLine() {
        return length > 0 && bytes[start + length - 1] == '\n';
    }
}
