// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.benchmarks.Figures;
import java.util.concurrent.locks.LockSupport;

/** One run of a publisher. */
final class Publication {
    private static final int CHUNK = 256;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final DeliveryContender contender;
    private final int pace;
    private long published;

    Publication(DeliveryContender contender, int pace) {
        this.contender = contender;
        this.pace = pace;
    }

    Figures run(long nanos) throws InterruptedException {
        contender.receivers().forEach(Receiver::clear);
        long started = System.nanoTime();
        while (System.nanoTime() - started < nanos) {
            publishChunk(started);
        }
        return Receiver.figures(contender.receivers(), published, System.nanoTime() - started);
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
}
