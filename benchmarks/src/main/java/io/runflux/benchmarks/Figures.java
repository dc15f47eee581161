// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one measurement told.
 *
 * @param values the figures that it has
 */
public record Figures(Map<Metric, Double> values) {
    /**
     * Makes an instance.
     *
     * @param values the figures that it has, which are copied
     */
    public Figures {
        Map<Metric, Double> copy = new EnumMap<>(Metric.class);
        copy.putAll(values);
        values = Collections.unmodifiableMap(copy);
    }

    /**
     * Returns the rate and the percentiles of some latencies.
     *
     * @param nanos the latencies, in any order, which are sorted here
     * @param count how many there are, 1 or more
     * @param elapsedNanos how long all of it took
     * @return the figures
     */
    public static Figures ofLatencies(long[] nanos, int count, long elapsedNanos) {
        Arrays.sort(nanos, 0, count);
        return ofRate(count, elapsedNanos)
                .with(Metric.P50, percentile(nanos, count, 0.5))
                .with(Metric.P99, percentile(nanos, count, 0.99))
                .with(Metric.P999, percentile(nanos, count, 0.999));
    }

    /**
     * Returns a rate.
     *
     * @param count how many there were
     * @param elapsedNanos how long all of it took
     * @return the rate, and the mean time
     */
    public static Figures ofRate(double count, long elapsedNanos) {
        return new Figures(Map.of())
                .with(Metric.RATE, count * 1e9 / elapsedNanos)
                .with(Metric.MEAN, elapsedNanos / 1e3 / count);
    }

    /**
     * Returns these figures and another one.
     *
     * @param metric what it is
     * @param value how much
     * @return the figures
     */
    public Figures with(Metric metric, double value) {
        Map<Metric, Double> more = new EnumMap<>(Metric.class);
        more.putAll(values);
        more.put(metric, value);
        return new Figures(more);
    }

    /**
     * Returns these figures and others, which replace these.
     *
     * @param others the others
     * @return the figures
     */
    public Figures with(Figures others) {
        Map<Metric, Double> more = new EnumMap<>(Metric.class);
        more.putAll(values);
        more.putAll(others.values);
        return new Figures(more);
    }

    /**
     * Returns a figure.
     *
     * @param metric which one
     * @return how much, or empty if it was not measured
     */
    public OptionalDouble get(Metric metric) {
        Double value = values.get(metric);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** The smallest latency that at least that share kept within: no interpolation. */
    private static double percentile(long[] sortedNanos, int count, double share) {
        int rank = (int) Math.ceil(count * share);
        return sortedNanos[rank - 1] / 1e3;
    }
}
