// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

/** One way to stream. Its methods block until the child has ended, and check what it did. */
interface StreamContender extends AutoCloseable {
    /** How much is handed over at a time, where that is for the contender to choose. */
    int PIECE_BYTES = 64 << 10;

    /** Reads all that the child writes. */
    void readAll();

    /** Writes so many bytes to the child. */
    void writeAll(long bytes);

    @Override
    void close();
}
