// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.benchmarks.Counters;
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
 * How many events a second reach all of some subscribers, and how long each takes from its publication. One invocation
 * is one run of a publisher, which waits every so often until everybody has everything, or keeps to a pace.
 *
 * <p>With a stalled subscriber it is short runs, in turns with others on a stream without it in the same JVM: two JVMs
 * differ by more than a stalled subscriber could cost. All figures but the ratio are those of its own runs, put
 * together; what they allocated is not told, since the other stream has its part in it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(1)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 4)
public class DeliveryBenchmark {
    private static final long UNPACED_NANOS = 1_000_000_000;
    private static final long TURN_NANOS = 100_000_000;

    /** Who delivers. */
    @Param({"RUNFLUX", "RUNFLUX_ONE_STALLED", "SINKS"})
    public Deliverer contender = Deliverer.RUNFLUX;

    /** How many subscribe. */
    @Param("100")
    public int subscribers;

    /** How many are published a second; 0 for as many as are delivered. */
    @Param("0")
    public int pace;

    private @Nullable DeliveryContender opened;
    private @Nullable DeliveryContender baseline;

    /** Makes an instance, which JMH then fills in. */
    public DeliveryBenchmark() {}

    /**
     * Has everybody subscribe, and publishes as fast as it goes for a while: a pace alone would leave the compiler at
     * work while the latencies are taken.
     *
     * @throws InterruptedException if JMH gives up
     */
    @Setup
    public void open() throws InterruptedException {
        opened = openWarm(contender);
        if (contender == Deliverer.RUNFLUX_ONE_STALLED) {
            baseline = openWarm(Deliverer.RUNFLUX);
        }
    }

    private DeliveryContender openWarm(Deliverer deliverer) throws InterruptedException {
        DeliveryContender delivers = deliverer.open(subscribers);
        new Publication(delivers, 0).run(UNPACED_NANOS);
        return delivers;
    }

    /**
     * Publishes for some time, and waits until everybody has everything.
     *
     * @param counters takes what it took
     * @param iteration tells for how long
     * @throws InterruptedException if JMH gives up
     */
    @Benchmark
    public void publish(Counters counters, IterationParams iteration) throws InterruptedException {
        long nanos = iteration.getTime().convertTo(TimeUnit.NANOSECONDS);
        DeliveryContender delivers = Objects.requireNonNull(opened);
        if (baseline == null) {
            Publication publication = new Publication(delivers, pace).run(nanos);
            counters.take(publication.figures(), publication.published());
        } else {
            long pairs = Math.max(1, nanos / (2 * TURN_NANOS));
            counters.take(new PairedPublications(delivers, baseline, pace).run(pairs, TURN_NANOS), 0);
        }
    }

    /** Lets everybody go. */
    @TearDown
    public void close() {
        Objects.requireNonNull(opened).close();
        if (baseline != null) {
            baseline.close();
        }
    }
}
