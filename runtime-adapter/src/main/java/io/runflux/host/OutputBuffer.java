// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/** Keeps the first bytes of an output. Safe between the thread that reads and the one that asks. */
final class OutputBuffer {
    private final int maxBytes;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean isTruncated;

    OutputBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized void add(ByteBuf buffer) {
        int taken = Math.min(buffer.readableBytes(), maxBytes - kept.size());
        byte[] bytes = new byte[taken];
        buffer.getBytes(buffer.readerIndex(), bytes);
        kept.write(bytes, 0, taken);
        isTruncated |= taken < buffer.readableBytes();
    }

    synchronized CommandOutput toOutput(ExitState state) {
        return new CommandOutput(state, kept.toByteArray(), isTruncated);
    }
}
