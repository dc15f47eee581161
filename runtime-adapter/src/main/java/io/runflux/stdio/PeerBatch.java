// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What waited for a peer, in one buffer. Marks of what was lost are on lines of their own. */
final class PeerBatch {
    private static final int MAX_MARK_BYTES = 80;

    private final ByteBuf bytes;
    private final List<Mark> marks = new ArrayList<>();
    private boolean endsLine;

    /**
     * Copies what waited.
     *
     * @param endsLine whether what went before ended a line, or there was nothing
     * @param lostBefore what was lost since, other than by overflow
     */
    PeerBatch(List<LogQueue.Entry> entries, boolean endsLine, long lostBefore) {
        this.endsLine = endsLine;
        bytes = ByteBufAllocator.DEFAULT.directBuffer(sizeOf(entries));
        if (lostBefore > 0) {
            mark(lostBefore, "output");
        }
        entries.forEach(this::add);
    }

    /** Returns whether there is nothing to write, though some stream may have ended. */
    static boolean isEmpty(List<LogQueue.Entry> entries) {
        return entries.stream().allMatch(LogQueue.End.class::isInstance);
    }

    static List<LogStream> ended(List<LogQueue.Entry> entries) {
        return entries.stream()
                .filter(LogQueue.End.class::isInstance)
                .map(entry -> ((LogQueue.End) entry).stream())
                .toList();
    }

    /** A buffer that grows by doubling would break the bound. */
    private static int sizeOf(List<LogQueue.Entry> entries) {
        int size = MAX_MARK_BYTES;
        for (LogQueue.Entry entry : entries) {
            size += entry instanceof LogQueue.Output output ? output.bytes().length : MAX_MARK_BYTES;
        }
        return size;
    }

    private void add(LogQueue.Entry entry) {
        if (entry instanceof LogQueue.Output output && output.bytes().length > 0) {
            bytes.writeBytes(output.bytes());
            endsLine = output.bytes()[output.bytes().length - 1] == '\n';
        } else if (entry instanceof LogQueue.Loss loss) {
            mark(loss.bytes(), loss.stream());
        }
    }

    private void mark(long lost, Object what) {
        int start = bytes.writerIndex();
        String text = (endsLine ? "" : "\n") + "[runflux] " + lost + " bytes of " + what + " were lost\n";
        bytes.writeCharSequence(text, StandardCharsets.US_ASCII);
        marks.add(new Mark(start, bytes.writerIndex(), lost));
        endsLine = true;
    }

    ByteBuf bytes() {
        return bytes;
    }

    /** Returns whether what was written ended a line; as before if nothing was. */
    boolean endedLine(boolean before) {
        int end = bytes.readerIndex();
        return end == 0 ? before : bytes.getByte(end - 1) == '\n';
    }

    /** Returns how much of the output itself was not written. */
    long remaining() {
        int from = bytes.readerIndex();
        long ofMarks = marks.stream().mapToLong(mark -> mark.behind(from)).sum();
        return bytes.readableBytes() - ofMarks;
    }

    /**
     * Returns how much is lost of which the peer was not told: what was not written, and what marks say that were not.
     */
    long unmarked() {
        int from = bytes.readerIndex();
        return remaining()
                + marks.stream()
                        .filter(mark -> mark.end() > from)
                        .mapToLong(Mark::lost)
                        .sum();
    }

    private record Mark(int start, int end, long lost) {
        int behind(int index) {
            return Math.max(0, end - Math.max(start, index));
        }
    }
}
