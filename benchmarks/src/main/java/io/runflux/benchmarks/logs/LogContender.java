// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.logs;

/** One way to have the output of a container written to a file. Its methods block, and are called in their order. */
interface LogContender {
    /** Creates the container. */
    void create();

    /** Starts it, and returns when its whole output is written and its end is known. */
    void runToEnd();

    /** Checks that nothing of the output was lost, and deletes the container. */
    void delete();
}
