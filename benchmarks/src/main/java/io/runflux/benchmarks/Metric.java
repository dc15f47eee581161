// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.Arrays;
import java.util.Optional;

/** What a measurement can tell. Counters of benchmarks and fields of a peer's answer have the names of these. */
public enum Metric {
    /** How many a second, of what the question counts. */
    RATE("perSecond", "/s"),
    /** How long each took, on average. */
    MEAN("meanMicros", "µs"),
    /** The latency that half of them kept within. */
    P50("p50Micros", "µs"),
    /** The latency that 99 of 100 kept within. */
    P99("p99Micros", "µs"),
    /** The latency that 999 of 1,000 kept within. */
    P999("p999Micros", "µs"),
    /** The mean divided by that of the baseline, in turns with it: the median over the pairs. */
    MEAN_RATIO("meanRatio", ""),
    /** The p99 divided by that of the baseline in the same JVM, in turns with it: the median over the pairs. */
    P99_RATIO("p99Ratio", ""),
    /** What each allocated on the heap; of the JVM's contenders only. */
    ALLOCATED("bytesEach", "B"),
    /** How many threads the process has. */
    THREADS("threads", ""),
    /** How much memory the process has resident. */
    MEMORY("mebibytes", "MiB");

    private final String key;
    private final String unit;

    Metric(String key, String unit) {
        this.key = key;
        this.unit = unit;
    }

    /**
     * Returns the name of a counter or field.
     *
     * @return the name
     */
    public String key() {
        return key;
    }

    String unit() {
        return unit;
    }

    /** Returns whether it is a ratio as it comes, and is not divided by the baseline's again. */
    boolean isRatio() {
        return this == MEAN_RATIO || this == P99_RATIO;
    }

    static Optional<Metric> of(String key) {
        return Arrays.stream(values()).filter(metric -> metric.key.equals(key)).findFirst();
    }
}
