// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.Counters;
import io.runflux.benchmarks.Figures;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.infra.IterationParams;

/**
 * How fast bytes go from a child to the JVM, or from the JVM to a child. One invocation is one child after another, as
 * many as are begun in its time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 1, time = 1)
public class StreamBenchmark {
    /** Who streams. */
    @Param({"RUNFLUX", "PROCESS_BUILDER", "NUPROCESS"})
    public Streamer contender = Streamer.RUNFLUX;

    /** Whether the child reads; otherwise it writes. */
    @Param("false")
    public boolean into;

    /** The child: a path. */
    @Param("/bin/true")
    public String child = "/bin/true";

    /** How many bytes the child writes, or reads. */
    @Param("0")
    public long bytes;

    private @Nullable StreamContender opened;

    /** Makes an instance, which JMH then fills in. */
    public StreamBenchmark() {}

    /** Opens the contender. */
    @Setup
    public void open() {
        opened = contender.open(new Child(Path.of(child), into ? 0 : bytes));
    }

    /**
     * Runs the children.
     *
     * @param counters takes what it took
     * @param iteration tells for how long one more is begun
     */
    @Benchmark
    public void stream(Counters counters, IterationParams iteration) {
        StreamContender streamer = Objects.requireNonNull(opened);
        long limit = iteration.getTime().convertTo(TimeUnit.NANOSECONDS);
        int children = 0;
        long started = System.nanoTime();
        do {
            if (into) {
                streamer.writeAll(bytes);
            } else {
                streamer.readAll();
            }
            children++;
        } while (System.nanoTime() - started < limit);
        counters.take(Figures.ofRate(children * bytes / 1048576.0, System.nanoTime() - started), children);
    }

    /** Closes the contender. */
    @TearDown
    public void close() {
        Objects.requireNonNull(opened).close();
    }
}
