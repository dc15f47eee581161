// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** How often something took how long: from a millisecond, which a spawn takes, to a day, which a container may. */
final class Histogram {
    /** The upper bounds, in milliseconds. */
    private static final long[] BOUNDS = {
        1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 600_000, 3_600_000, 86_400_000
    };

    private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 1);
    private final LongAdder nanos = new LongAdder();

    static int bounds() {
        return BOUNDS.length;
    }

    static double boundSeconds(int index) {
        return BOUNDS[index] / 1000.0;
    }

    void record(long duration) {
        int index = 0;
        while (index < BOUNDS.length && duration > TimeUnit.MILLISECONDS.toNanos(BOUNDS[index])) {
            index++;
        }
        buckets.incrementAndGet(index);
        nanos.add(duration);
    }

    /** Returns how many took as long as each bound or less; the last is that of all. */
    long[] cumulative() {
        long[] counts = new long[buckets.length()];
        long sum = 0;
        for (int index = 0; index < counts.length; index++) {
            sum += buckets.get(index);
            counts[index] = sum;
        }
        return counts;
    }

    double sumSeconds() {
        return nanos.sum() / 1e9;
    }
}
