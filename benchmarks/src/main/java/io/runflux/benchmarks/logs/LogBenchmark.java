// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.logs;

import io.runflux.benchmarks.Counters;
import io.runflux.benchmarks.Figures;
import java.io.IOException;
import java.nio.file.Path;
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

/**
 * How fast all that a container writes, as fast as it can, gets into a log.
 *
 * <p>One invocation is some containers of runc, one after another, each measured from its start to the last byte in the
 * file; creation and deletion are not. The invocation before warms the JVM up.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 1)
@Measurement(iterations = 1)
public class LogBenchmark {
    static final Path RUNC = Path.of("/usr/sbin/runc");

    /** Who writes the log. */
    @Param({"RUNFLUX", "RUNFLUX_ROTATING", "RUNFLUX_FOLLOWED", "CONMON"})
    public LogContenderKind contender = LogContenderKind.RUNFLUX;

    /** How much the container writes. */
    @Param("100")
    public int mebibytes;

    /** How many there are. */
    @Param("5")
    public int containers;

    private @Nullable LogContainer container;
    private @Nullable LogContender opened;

    /** Makes an instance, which JMH then fills in. */
    public LogBenchmark() {}

    /**
     * Writes the bundle.
     *
     * @throws IOException if it cannot be written
     */
    @Setup
    public void open() throws IOException {
        container = LogContainer.prepare(RUNC, mebibytes);
        opened = contender.open(container);
    }

    /**
     * Runs them to their end.
     *
     * @param counters takes what it took
     */
    @Benchmark
    public void containers(Counters counters) {
        LogContender contender = Objects.requireNonNull(opened);
        long nanos = 0;
        for (int i = 0; i < containers; i++) {
            contender.create();
            long started = System.nanoTime();
            contender.runToEnd();
            nanos += System.nanoTime() - started;
            contender.delete();
        }
        counters.take(Figures.ofRate((double) containers * mebibytes, nanos), containers);
    }

    /**
     * Removes the bundle.
     *
     * @throws IOException if it cannot be removed
     */
    @TearDown
    public void close() throws IOException {
        Objects.requireNonNull(container).close();
    }
}
