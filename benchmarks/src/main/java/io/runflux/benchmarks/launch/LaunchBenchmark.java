// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

/** How long it takes to launch a trivial child and see it to its end, and how many of them a second. */
public class LaunchBenchmark extends LaunchLoop {
    /** Makes an instance, which JMH then fills in. */
    public LaunchBenchmark() {}
}
