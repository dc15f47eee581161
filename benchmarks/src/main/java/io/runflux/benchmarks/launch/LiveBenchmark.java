// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.Counters;
import io.runflux.benchmarks.Figures;
import io.runflux.benchmarks.Metric;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many threads and how much memory it takes to have many children alive, whose end is waited for, and how fast they
 * are started. One invocation starts them, looks, and ends them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class LiveBenchmark {
    /** Who has them. */
    @Param({"RUNFLUX", "PROCESS_BUILDER", "NUPROCESS"})
    public Holder contender = Holder.RUNFLUX;

    /** How many there are. */
    @Param("1000")
    public int children;

    /** Whether their output is waited for, too; otherwise it goes to {@code /dev/null}. */
    @Param("true")
    public boolean hasOutput;

    /** How many threads are added to those that there are, so that a limit of more can be told as a ratio. */
    @Param("0")
    public int threadsMore;

    /** The child, which goes on until it is killed: a path. */
    @Param("/bin/cat")
    public String child = "/bin/cat";

    /** Makes an instance, which JMH then fills in. */
    public LiveBenchmark() {}

    /**
     * Has them.
     *
     * @param counters takes how fast they were started
     * @param size takes what they need
     */
    @Benchmark
    public void hold(Counters counters, Size size) {
        try (LiveContender holder = contender.open(Path.of(child), hasOutput)) {
            holder.start(1);
            long started = System.nanoTime();
            holder.start(children);
            if (children > 0) {
                counters.take(Figures.ofRate(children, System.nanoTime() - started), children);
            }
            size.threads = ProcStatus.read("Threads") + threadsMore;
            System.gc();
            size.mebibytes = ProcStatus.read("VmRSS") / 1024.0;
        }
    }

    /** What they need. The names are those of {@link Metric}s. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Size {
        /** How many threads the JVM has. */
        public double threads;

        /** How much memory it has resident, after a collection. */
        public double mebibytes;

        /** Makes an instance, which JMH resets before each iteration. */
        public Size() {}
    }
}
