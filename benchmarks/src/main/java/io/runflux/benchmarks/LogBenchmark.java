// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * How long it takes until all that a container writes, as fast as it can, is in a log.
 *
 * <p>One invocation is one container of runc, from its start to the last byte in the file; its creation and deletion
 * are not measured. The containers before warm the JVM up.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5)
@Measurement(iterations = 5)
public class LogBenchmark {
    static final Path RUNC = Path.of("/usr/sbin/runc");

    /** Who writes the log. */
    @Param({"RUNFLUX", "RUNFLUX_FOLLOWED", "CONMON"})
    public LogContenderKind contender = LogContenderKind.RUNFLUX;

    /** How much the container writes. */
    @Param("100")
    public int mebibytes;

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

    /** Creates the container. */
    @Setup(Level.Invocation)
    public void create() {
        Objects.requireNonNull(opened).create();
    }

    /** Runs it to its end. */
    @Benchmark
    public void container() {
        Objects.requireNonNull(opened).runToEnd();
    }

    /** Checks the log, and removes it and the container. */
    @TearDown(Level.Invocation)
    public void delete() {
        Objects.requireNonNull(opened).delete();
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
