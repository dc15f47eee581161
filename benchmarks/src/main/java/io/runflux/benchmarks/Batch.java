// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;

/**
 * A number of launches, of which as many are in flight as was agreed: a closed loop, in which each launch that ends
 * makes room for the next. After 20 seconds no more are begun, since a contender that stalls would take for ever. Safe
 * for concurrent use.
 */
final class Batch {
    private static final Duration TIME_LIMIT = Duration.ofSeconds(20);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final int inFlight;
    private final long[] latencyNanos;
    private final AtomicInteger unclaimed;
    private final AtomicInteger recorded = new AtomicInteger();
    private final long started = System.nanoTime();

    /**
     * Begins a batch.
     *
     * @param launches how many in all, at most
     * @param inFlight how many at once, from 1 to the number of launches
     */
    Batch(int launches, int inFlight) {
        if (inFlight < 1 || launches < inFlight) {
            throw new IllegalArgumentException("launches in flight must be from 1 to the " + launches
                    + " launches of the batch, were " + inFlight);
        }
        this.inFlight = inFlight;
        latencyNanos = new long[launches];
        unclaimed = new AtomicInteger(launches - inFlight);
    }

    /**
     * Runs the batch, and waits for its end, for two minutes at most.
     *
     * @param contender who launches
     * @return the figures; throws what a slot failed with
     */
    LaunchFigures run(Contender contender) {
        Flux.range(0, inFlight)
                .flatMap(slot -> contender.slot(this), inFlight)
                .then()
                .block(TIMEOUT);
        long elapsed = System.nanoTime() - started;
        long[] sorted = Arrays.copyOf(latencyNanos, recorded.get());
        Arrays.sort(sorted);
        return LaunchFigures.of(sorted, elapsed);
    }

    /** Says whether there is another launch for the slot that asks. */
    boolean claim() {
        return System.nanoTime() - started < TIME_LIMIT.toNanos() && unclaimed.getAndDecrement() > 0;
    }

    void record(long startedNanos) {
        latencyNanos[recorded.getAndIncrement()] = System.nanoTime() - startedNanos;
    }
}
