// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.Counters;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import java.nio.file.Path;
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
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * One invocation is a closed loop of something that is done with a runtime. The one before it warms the JVM up, and
 * before that a runtime that does nothing can: the others are so slow that the compiler would be at work all the time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 4)
public abstract class RuntimeLoop {
    private static final int WARMING_IN_FLIGHT = 8;

    /** The runtime: a path. */
    @Param("/usr/sbin/runc")
    public String runtime = "/usr/sbin/runc";

    /** Where it keeps its state: a path. */
    @Param("/run/runflux-benchmark")
    public String root = "/run/runflux-benchmark";

    /** The bundle of the containers: a path. */
    @Param("")
    public String bundle = "";

    /** The runtime that warms up: a path; none if empty. */
    @Param("")
    public String warmingRuntime = "";

    /** For how many iterations that warms up. */
    @Param("3")
    public int warmingIterations;

    /** The peer that takes turns with what is measured, one at a time: a path; none if empty. */
    @Param("")
    public String peer = "";

    /** How many are under way at once. */
    @Param("1")
    public int inFlight;

    private final long[] latencies = new long[Batch.CAPACITY];
    private @Nullable Contender opened;
    private @Nullable PairedLives pairs;

    /** Makes an instance, which JMH then fills in. */
    protected RuntimeLoop() {}

    /**
     * Prepares what is measured.
     *
     * @param binary the runtime
     * @param state where it keeps its state
     * @param of the bundle of the containers
     * @return who does it, which is closed in the end
     */
    protected abstract Contender open(Path binary, Path state, Path of);

    /**
     * Opens the contender, in a JVM that was warmed up if there is a runtime to do so.
     *
     * @param benchmark tells how long its iterations are
     */
    @Setup
    public void open(BenchmarkParams benchmark) {
        if (!warmingRuntime.isEmpty()) {
            warmUp(toDuration(benchmark.getWarmup()).multipliedBy(warmingIterations));
        }
        opened = open(Path.of(runtime), Path.of(root), Path.of(bundle));
        if (!peer.isEmpty()) {
            pairs = pairs(opened, toDuration(benchmark.getMeasurement()).dividedBy(2));
        }
    }

    private PairedLives pairs(Contender contender, Duration turn) {
        Path rootOfPeer = Path.of(root).resolveSibling("peer");
        return new PairedLives(
                contender, List.of(peer, runtime, "" + rootOfPeer, bundle, "0", "" + turn.toMillis()), turn);
    }

    private void warmUp(Duration time) {
        Contender warming = open(Path.of(warmingRuntime), Path.of(root), Path.of(bundle));
        new Batch(time, WARMING_IN_FLIGHT, latencies).run(warming);
        warming.close();
    }

    private static Duration toDuration(IterationParams iteration) {
        return Duration.ofMillis(iteration.getTime().convertTo(TimeUnit.MILLISECONDS));
    }

    /**
     * Runs one batch, or pairs of turns with the peer, each of which takes half of the time.
     *
     * @param counters takes what it took
     * @param iteration tells for how long
     */
    @Benchmark
    public void batch(Counters counters, IterationParams iteration) {
        if (pairs == null || iteration.getType() == IterationType.WARMUP) {
            Batch batch = new Batch(toDuration(iteration), inFlight, latencies);
            counters.take(batch.run(Objects.requireNonNull(opened)), batch.count());
        } else {
            counters.take(pairs.run(), 0);
        }
    }

    /** Closes the contender. */
    @TearDown
    public void close() {
        Objects.requireNonNull(opened).close();
    }
}
