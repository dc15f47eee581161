// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

/** One who has children alive, and waits for their end, and for their output if there is any. */
interface LiveContender extends AutoCloseable {
    /** Starts so many more, and returns when all of them have been started. */
    void start(int children);

    /** Kills all of them, and returns when they have ended. */
    @Override
    void close();
}
