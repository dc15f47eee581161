// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

/** The same with a child that writes as much as a pipe holds, every byte of which must arrive. */
public class OutputBenchmark extends LaunchLoop {
    /** Makes an instance, which JMH then fills in. */
    public OutputBenchmark() {}
}
