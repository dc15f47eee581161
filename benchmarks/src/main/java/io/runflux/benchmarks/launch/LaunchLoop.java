// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.Counters;
import java.nio.file.Path;
import java.time.Duration;
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

/** One invocation is one batch: a closed loop of launches. The batch before it warms the JVM up. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 4)
public abstract class LaunchLoop {
    /** Who launches. */
    @Param({"RUNFLUX", "RUNFLUX_ON_LOOP", "PROCESS_BUILDER", "NUPROCESS"})
    public Launcher contender = Launcher.RUNFLUX;

    /** How many launches are kept under way. */
    @Param("1")
    public int inFlight;

    /** The child: a path. */
    @Param("/bin/true")
    public String child = "/bin/true";

    /** How many bytes the child writes. */
    @Param("0")
    public long bytes;

    private final long[] latencies = new long[Batch.CAPACITY];
    private @Nullable Contender opened;

    /** Makes an instance, which JMH then fills in. */
    protected LaunchLoop() {}

    /** Opens the contender. */
    @Setup
    public void open() {
        opened = contender.open(new Child(Path.of(child), bytes), inFlight);
    }

    /**
     * Runs one batch.
     *
     * @param counters takes what it took
     * @param iteration tells for how long
     */
    @Benchmark
    public void batch(Counters counters, IterationParams iteration) {
        Duration limit = Duration.ofMillis(iteration.getTime().convertTo(TimeUnit.MILLISECONDS));
        Batch batch = new Batch(limit, inFlight, latencies);
        counters.take(batch.run(Objects.requireNonNull(opened)), batch.count());
    }

    /** Closes the contender. */
    @TearDown
    public void close() {
        Objects.requireNonNull(opened).close();
    }
}
