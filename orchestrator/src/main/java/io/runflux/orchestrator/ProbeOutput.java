// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Keeps the first bytes that a probe reads. Safe between the threads that read and the one that asks. */
final class ProbeOutput {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    synchronized void add(ByteBuf buffer) {
        int taken = Math.min(buffer.readableBytes(), ProbeResult.MAX_OUTPUT - kept.size());
        byte[] bytes = new byte[taken];
        buffer.getBytes(buffer.readerIndex(), bytes);
        kept.write(bytes, 0, taken);
    }

    synchronized boolean isFull() {
        return kept.size() == ProbeResult.MAX_OUTPUT;
    }

    synchronized String text() {
        return kept.toString(StandardCharsets.UTF_8);
    }
}
