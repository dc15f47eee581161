// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.benchmarks.MeasurementException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A subscriber that counts, and keeps how long some of the events took. It is called by one thread at a time; what the
 * publisher's thread sets and reads is handed over by the latch, and by the event itself.
 */
final class Receiver {
    private static final int CAPACITY = 1 << 14;
    private static final int KEPT_OF = 16;

    private final long[] latencies = new long[CAPACITY];
    private int kept;
    private int left;
    private volatile CountDownLatch complete = new CountDownLatch(0);

    void clear() {
        kept = 0;
    }

    void expect(int events) {
        left = events;
        complete = new CountDownLatch(1);
    }

    void receive(long publishedNanos) {
        if (left % KEPT_OF == 0 && kept < CAPACITY) {
            latencies[kept++] = System.nanoTime() - publishedNanos;
        }
        if (--left == 0) {
            complete.countDown();
        }
    }

    void await() throws InterruptedException {
        if (!complete.await(30, TimeUnit.SECONDS)) {
            throw new MeasurementException("a subscriber lacks " + left + " events after 30 s");
        }
    }

    /** Returns what all of them kept. */
    static long[] latencies(List<Receiver> receivers) {
        return receivers.stream()
                .flatMapToLong(receiver -> Arrays.stream(receiver.latencies, 0, receiver.kept))
                .toArray();
    }
}
