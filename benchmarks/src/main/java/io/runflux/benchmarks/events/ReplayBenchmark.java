// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.benchmarks.Counters;
import io.runflux.benchmarks.Figures;
import io.runflux.benchmarks.MeasurementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How fast a new subscriber gets what is kept. One invocation is one subscriber. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 3)
@Measurement(iterations = 1)
public class ReplayBenchmark {
    /** Who replays. */
    @Param({"RUNFLUX", "SINKS"})
    public Replayer contender = Replayer.RUNFLUX;

    /** How many events are kept. */
    @Param("1000000")
    public int events;

    private @Nullable ReplayContender opened;

    /** Makes an instance, which JMH then fills in. */
    public ReplayBenchmark() {}

    /** Publishes what is kept. */
    @Setup
    public void open() {
        opened = contender.open(events);
    }

    /**
     * Replays it.
     *
     * @param counters takes what it took
     */
    @Benchmark
    public void replay(Counters counters) {
        long started = System.nanoTime();
        long count = Objects.requireNonNull(opened).replay(events);
        if (count != events) {
            throw new MeasurementException(count + " events were replayed instead of " + events);
        }
        counters.take(Figures.ofRate(events, System.nanoTime() - started), events);
    }

    /** Lets go of all. */
    @TearDown
    public void close() {
        Objects.requireNonNull(opened).close();
    }
}
