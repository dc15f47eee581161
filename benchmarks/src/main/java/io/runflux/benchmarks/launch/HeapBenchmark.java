// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** What a launch costs in a JVM whose heap is large and in use: who copies page tables to fork pays for each page. */
public class HeapBenchmark extends LaunchLoop {
    private static final int PIECE_MEBIBYTES = 64;

    /** How much of the heap is in use. */
    @Param("4096")
    public int mebibytes;

    private final List<byte[]> ballast = new ArrayList<>();

    /** Makes an instance, which JMH then fills in. */
    public HeapBenchmark() {}

    /** Writes to every page. */
    @Setup
    public void touch() {
        for (int piece = 0; piece < mebibytes / PIECE_MEBIBYTES; piece++) {
            byte[] bytes = new byte[PIECE_MEBIBYTES << 20];
            Arrays.fill(bytes, (byte) 1);
            ballast.add(bytes);
        }
    }
}
