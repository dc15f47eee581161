// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The figures of an invocation that did many things at once. Their names are those of {@link Metric}s. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Counters {
    /** How many things were done. */
    public double operations;

    /** How many a second. */
    public double perSecond;

    /** How long each took, on average. */
    public double meanMicros;

    /** The median latency. */
    public double p50Micros;

    /** The latency of the slowest in a hundred. */
    public double p99Micros;

    /** The latency of the slowest in a thousand. */
    public double p999Micros;

    /** The mean divided by that of the baseline, in turns with it. */
    public double meanRatio;

    /** The p99 divided by that of the baseline in the same JVM. */
    public double p99Ratio;

    /** Makes an instance, which JMH resets before each iteration. */
    public Counters() {}

    /**
     * Takes figures over.
     *
     * @param figures what was measured; what is not among them stays 0
     * @param done how many things were done; 0 if what they allocated cannot be told from what else was done
     */
    public void take(Figures figures, long done) {
        operations = done;
        perSecond = figures.get(Metric.RATE).orElse(0);
        meanMicros = figures.get(Metric.MEAN).orElse(0);
        p50Micros = figures.get(Metric.P50).orElse(0);
        p99Micros = figures.get(Metric.P99).orElse(0);
        p999Micros = figures.get(Metric.P999).orElse(0);
        meanRatio = figures.get(Metric.MEAN_RATIO).orElse(0);
        p99Ratio = figures.get(Metric.P99_RATIO).orElse(0);
    }
}
