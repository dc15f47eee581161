// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * How long it takes to run a hook: to start it, feed it the state, take its output, and see it to its end within a time
 * limit; and how many of them a second.
 *
 * <p>One invocation is one batch: a closed loop of hooks. The batch before it warms the JVM up.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 1)
@Measurement(iterations = 1)
public class HookBenchmark {
    static final int TIMEOUT_SECONDS = 10;
    static final String WRONG_OUTPUT = "did not write the state that it was to read";

    private static final String COPY = "copy";

    /** Who runs the hooks. */
    @Param({"RUNFLUX", "PROCESS_BUILDER"})
    public ContenderKind contender = ContenderKind.RUNFLUX;

    /** How many hooks are kept under way. */
    @Param({"1", "2", "64"})
    public int inFlight;

    /** How many hooks make a batch, at most: see {@link Batch}. */
    @Param("20000")
    public int launches;

    /**
     * The hook: {@code copy} for a program that does nothing but write what it reads, or a path and arguments after
     * spaces, which does the same.
     */
    @Param(COPY)
    public String child = COPY;

    private @Nullable TinyProgram copying;
    private @Nullable Contender opened;

    /** Makes an instance, which JMH then fills in. */
    public HookBenchmark() {}

    /**
     * Opens the contender.
     *
     * @throws IOException if the hook cannot be written
     */
    @Setup
    public void open() throws IOException {
        opened = contender.openForHooks(command(), inFlight);
    }

    private List<String> command() throws IOException {
        if (!child.equals(COPY)) {
            return List.of(child.split(" "));
        }
        TinyProgram program = TinyProgram.writeCopying();
        copying = program;
        return List.of(program.path().toString());
    }

    /**
     * Runs one batch.
     *
     * @param counters takes what it took
     */
    @Benchmark
    public void batch(LaunchBenchmark.Counters counters) {
        counters.take(new Batch(launches, inFlight).run(Objects.requireNonNull(opened)));
    }

    /**
     * Closes the contender.
     *
     * @throws IOException if the hook cannot be removed
     */
    @TearDown
    public void close() throws IOException {
        Objects.requireNonNull(opened).close();
        if (copying != null) {
            copying.close();
        }
    }
}
