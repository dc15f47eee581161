// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.hooks;

import io.runflux.benchmarks.Counters;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import java.time.Duration;
import java.util.List;
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
 * How long it takes to run a hook: to start it, feed it the state, take its output, and see it to its end within a time
 * limit; and how many of them a second.
 *
 * <p>One invocation is one batch: a closed loop of hooks. The batch before it warms the JVM up.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 4)
public class HookBenchmark {
    static final int TIMEOUT_SECONDS = 10;
    static final String WRONG_OUTPUT = "did not write the state that it was to read";

    /** Who runs the hooks. */
    @Param({"RUNFLUX", "PROCESS_BUILDER"})
    public HookContender contender = HookContender.RUNFLUX;

    /** How many hooks are kept under way. */
    @Param("1")
    public int inFlight;

    /** The hook, which writes what it reads: a path. */
    @Param("/bin/cat")
    public String child = "/bin/cat";

    private final long[] latencies = new long[Batch.CAPACITY];
    private @Nullable Contender opened;

    /** Makes an instance, which JMH then fills in. */
    public HookBenchmark() {}

    /** Opens the contender. */
    @Setup
    public void open() {
        opened = contender.open(List.of(child), inFlight);
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
