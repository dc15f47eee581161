// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.benchmarks.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** One run of a publisher. */
final class Publication {
    static final int CHUNK = 256;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final DeliveryContender contender;
    private final int pace;
    private long published;
    private long elapsedNanos;
    private long[] latencies = {};

    Publication(DeliveryContender contender, int pace) {
        this.contender = contender;
        this.pace = pace;
    }

    /** Publishes for some time, a chunk at least, and waits until everybody has everything. */
    Publication run(long nanos) throws InterruptedException {
        contender.receivers().forEach(Receiver::clear);
        long started = System.nanoTime();
        do {
            publishChunk(started);
        } while (System.nanoTime() - started < nanos);
        elapsedNanos = System.nanoTime() - started;
        latencies = Receiver.latencies(contender.receivers());
        return this;
    }

    private void publishChunk(long started) throws InterruptedException {
        contender.receivers().forEach(receiver -> receiver.expect(CHUNK));
        for (int i = 0; i < CHUNK; i++) {
            keepPace(started);
            contender.publish(System.nanoTime());
            published++;
        }
        for (Receiver receiver : contender.receivers()) {
            receiver.await();
        }
    }

    private void keepPace(long started) {
        if (pace > 0) {
            long due = started + published * (NANOS_PER_SECOND / pace);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    long published() {
        return published;
    }

    Figures figures() {
        return figures(List.of(this));
    }

    /** Returns the rate of all that some runs published, and the percentiles over all latencies that they kept. */
    static Figures figures(List<Publication> runs) {
        long[] all =
                runs.stream().flatMapToLong(run -> Arrays.stream(run.latencies)).toArray();
        long elapsed = runs.stream().mapToLong(run -> run.elapsedNanos).sum();
        double published = runs.stream().mapToLong(run -> run.published).sum();
        return Figures.ofLatencies(all, all.length, elapsed).with(Figures.ofRate(published, elapsed));
    }
}
