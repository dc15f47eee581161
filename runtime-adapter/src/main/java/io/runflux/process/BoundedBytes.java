// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;

/**
 * Keeps the first bytes of a stream, and remembers whether there were more. Safe between the thread that reads and the
 * one that asks.
 */
final class BoundedBytes {
    private final int maxBytes;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean isTruncated;

    BoundedBytes(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized void add(ByteBuf buffer) {
        int taken = Math.min(buffer.readableBytes(), maxBytes - kept.size());
        byte[] bytes = new byte[taken];
        buffer.getBytes(buffer.readerIndex(), bytes);
        kept.write(bytes, 0, taken);
        isTruncated |= taken < buffer.readableBytes();
    }

    synchronized String toString(Charset charset) {
        return kept.toString(charset);
    }

    synchronized boolean isTruncated() {
        return isTruncated;
    }
}
