// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

/**
 * What one batch of launches took.
 *
 * @param launchesPerSecond the rate over the whole batch
 * @param p50Micros the latency that half of the launches kept within
 * @param p99Micros the latency that 99 of 100 launches kept within
 */
record LaunchFigures(double launchesPerSecond, double p50Micros, double p99Micros) {
    static LaunchFigures of(long[] sortedNanos, long elapsedNanos) {
        return new LaunchFigures(
                sortedNanos.length * 1e9 / elapsedNanos, percentile(sortedNanos, 50), percentile(sortedNanos, 99));
    }

    /** The smallest latency that at least that share of the launches kept within: no interpolation. */
    private static double percentile(long[] sortedNanos, int percent) {
        int rank = (int) Math.ceil(sortedNanos.length * (percent / 100.0));
        return sortedNanos[rank - 1] / 1e3;
    }
}
