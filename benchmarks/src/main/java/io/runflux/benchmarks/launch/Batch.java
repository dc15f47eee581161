// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.Figures;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

/**
 * Launches for some time, of which as many are in flight as was agreed: a closed loop, in which each launch that ends
 * makes room for the next. Safe for concurrent use.
 */
public final class Batch {
    /** How many launches a batch has at most. */
    public static final int CAPACITY = 1 << 18;

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final int inFlight;
    private final long limitNanos;
    private final long[] latencyNanos;
    private final AtomicInteger recorded = new AtomicInteger();
    private final long started = System.nanoTime();

    /**
     * Begins a batch.
     *
     * @param limit how long launches are begun
     * @param inFlight how many at once, 1 or more
     * @param latencies where they are kept
     */
    public Batch(Duration limit, int inFlight, long[] latencies) {
        if (inFlight < 1) {
            throw new IllegalArgumentException("launches in flight must be 1 or more, were " + inFlight);
        }
        this.inFlight = inFlight;
        limitNanos = limit.toNanos();
        latencyNanos = latencies;
    }

    /**
     * Runs the batch, and waits for its end, for two minutes at most.
     *
     * @param contender who launches
     * @return the figures; throws what a slot failed with, the first if several did at once
     */
    public Figures run(Contender contender) {
        Flux.range(0, inFlight)
                .flatMap(slot -> contender.slot(this), inFlight)
                .then()
                .onErrorMap(error -> Exceptions.unwrapMultiple(error).get(0))
                .block(TIMEOUT);
        return Figures.ofLatencies(latencyNanos, recorded.get(), System.nanoTime() - started);
    }

    /**
     * Returns how many launches have ended.
     *
     * @return the number
     */
    public int count() {
        return recorded.get();
    }

    /**
     * Says whether there is another launch for the slot that asks.
     *
     * @return whether there is
     */
    public boolean claim() {
        return System.nanoTime() - started < limitNanos && recorded.get() + inFlight < latencyNanos.length;
    }

    /**
     * Records a launch that has ended.
     *
     * @param startedNanos when it began, as {@link System#nanoTime()} told
     */
    public void record(long startedNanos) {
        latencyNanos[recorded.getAndIncrement()] = System.nanoTime() - startedNanos;
    }
}
