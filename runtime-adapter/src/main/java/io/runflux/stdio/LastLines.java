// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds the last lines of a file. Blocks. */
final class LastLines {
    private static final int BLOCK_BYTES = 64 * 1024;

    private LastLines() {}

    /**
     * Goes to where the last lines begin, or to the beginning if there are fewer, and returns how many there are from
     * there. A line at the end that lacks its newline is not counted, and follows them.
     */
    static int seek(FileChannel file, int lines) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        int newlines = 0;
        long end = file.size();
        while (end > 0) {
            long start = Math.max(0, end - BLOCK_BYTES);
            readAll(file, block.clear().limit((int) (end - start)), start);
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n' && newlines++ == lines) {
                    file.position(start + i + 1);
                    return lines;
                }
            }
            end = start;
        }
        file.position(0);
        return newlines;
    }

    private static void readAll(FileChannel file, ByteBuffer block, long start) throws IOException {
        int count = 0;
        while (block.hasRemaining() && count >= 0) {
            count = file.read(block, start + block.position());
        }
    }
}
