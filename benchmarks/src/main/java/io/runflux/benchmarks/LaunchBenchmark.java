// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long it takes to launch a trivial child and see it to its end, and how many of them a second.
 *
 * <p>One invocation is one batch: a closed loop of launches. The batch before it warms the JVM up.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 1)
@Measurement(iterations = 1)
public class LaunchBenchmark {
    private static final String EXIT = "exit";

    /** Who launches. */
    @Param({"RUNFLUX", "RUNFLUX_ON_LOOP", "PROCESS_BUILDER", "NUPROCESS"})
    public ContenderKind contender = ContenderKind.RUNFLUX;

    /** How many launches are kept under way. */
    @Param({"1", "2", "64"})
    public int inFlight;

    /** How many launches make a batch, at most: see {@link Batch}. */
    @Param("20000")
    public int launches;

    /** The child: {@code exit} for a program that does nothing but exit, or a path and arguments after spaces. */
    @Param(EXIT)
    public String child = EXIT;

    private @Nullable TinyProgram exiting;
    private @Nullable Contender opened;

    /** Makes an instance, which JMH then fills in. */
    public LaunchBenchmark() {}

    /**
     * Opens the contender.
     *
     * @throws IOException if the child cannot be written
     */
    @Setup
    public void open() throws IOException {
        opened = contender.open(command(), inFlight);
    }

    private List<String> command() throws IOException {
        if (!child.equals(EXIT)) {
            return List.of(child.split(" "));
        }
        TinyProgram program = TinyProgram.writeExiting();
        exiting = program;
        return List.of(program.path().toString());
    }

    /**
     * Runs one batch.
     *
     * @param counters takes what it took
     */
    @Benchmark
    public void batch(Counters counters) {
        counters.take(new Batch(launches, inFlight).run(Objects.requireNonNull(opened)));
    }

    /**
     * Closes the contender.
     *
     * @throws IOException if the child cannot be removed
     */
    @TearDown
    public void close() throws IOException {
        Objects.requireNonNull(opened).close();
        if (exiting != null) {
            exiting.close();
        }
    }

    /** The figures of an iteration. JMH adds up those of several: {@link LaunchTable} reads them one by one. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        /** The rate over the batch. */
        public double launchesPerSecond;

        /** The median latency. */
        public double p50Micros;

        /** The latency of the slowest in a hundred. */
        public double p99Micros;

        /** Makes an instance, which JMH resets before each iteration. */
        public Counters() {}

        void take(LaunchFigures figures) {
            launchesPerSecond = figures.launchesPerSecond();
            p50Micros = figures.p50Micros();
            p99Micros = figures.p99Micros();
        }
    }
}
