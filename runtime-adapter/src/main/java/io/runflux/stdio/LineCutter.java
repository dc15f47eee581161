// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.io.IOException;

/**
 * Cuts the output of one stream into records: lines with their newlines, of at most 16 KiB; a longer line makes
 * several, none of which ends within a character of UTF-8.
 */
final class LineCutter {
    static final int MAX_BYTES = 16 * 1024;

    private final byte[] pending = new byte[MAX_BYTES];
    private int length;

    void add(byte[] bytes, Sink sink) throws IOException {
        int start = 0;
        while (start < bytes.length) {
            int end = endOfPiece(bytes, start);
            boolean endsLine = bytes[end - 1] == '\n';
            if (endsLine && length == 0) {
                sink.record(bytes, start, end - start);
            } else {
                keep(bytes, start, end - start);
                if (endsLine) {
                    flush(sink);
                } else if (length == MAX_BYTES) {
                    flushWholeCharacters(sink);
                }
            }
            start = end;
        }
    }

    /** Returns where the line ends, or the room for it. */
    private int endOfPiece(byte[] bytes, int start) {
        int limit = Math.min(bytes.length, start + MAX_BYTES - length);
        for (int i = start; i < limit; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return limit;
    }

    private void keep(byte[] bytes, int start, int count) {
        System.arraycopy(bytes, start, pending, length, count);
        length += count;
    }

    /** Passes on what there is of a line. */
    void flush(Sink sink) throws IOException {
        int count = length;
        length = 0;
        if (count > 0) {
            sink.record(pending, 0, count);
        }
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    private void flushWholeCharacters(Sink sink) throws IOException {
        int rest = tailOfCharacter();
        int count = length - rest;
        length = rest;
        try {
            sink.record(pending, 0, count);
        } finally {
            System.arraycopy(pending, count, pending, 0, rest);
        }
    }

    /** Returns how many bytes at the end belong to a character that is not complete; 0 if this is no UTF-8. */
    private int tailOfCharacter() {
        for (int back = 1; back <= 3; back++) {
            int value = pending[length - back] & 0xff;
            if (value >= 0xc0) {
                int size = value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : 2;
                return size > back ? back : 0;
            }
            if (value < 0x80) {
                return 0;
            }
        }
        return 0;
    }

    /** Takes records. */
    @FunctionalInterface
    interface Sink {
        void record(byte[] bytes, int start, int length) throws IOException;
    }
}
