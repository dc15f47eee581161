// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How figures are put together, and written. */
public final class Ratios {
    private Ratios() {}

    /**
     * Returns the median, which is the mean of the two in the middle if there is an even number of them.
     *
     * @param of the values, in any order, one or more
     * @return the median
     */
    public static double median(List<Double> of) {
        double[] sorted = of.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).sum() / 2;
    }

    /** Two digits of a ratio that count, such as 0.083, 0.97, 5.2, 120. */
    static String format(double ratio) {
        String pattern = ratio >= 9.95 ? "%.0f" : ratio >= 1.995 ? "%.1f" : ratio >= 0.0995 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, pattern, ratio);
    }

    /** A figure, with three digits that count. */
    static String figure(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
