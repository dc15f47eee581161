// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogThreadsTest {
    private static final int THREADS = 64;

    /** A disk that hangs holds a thread for ever, and must hold up nobody who happens to come behind it. */
    @Test
    void schedule_oneThreadHangs_othersRunWhatWaits() throws InterruptedException {
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(2 * THREADS);

        LogThreads.SCHEDULER.schedule(() -> await(hang));
        for (int i = 1; i < THREADS; i++) {
            LogThreads.SCHEDULER.schedule(() -> await(busy));
        }
        for (int i = 0; i < 2 * THREADS; i++) {
            LogThreads.SCHEDULER.schedule(done::countDown);
        }
        busy.countDown();
        boolean isDone = done.await(5, TimeUnit.SECONDS);
        hang.countDown();

        assertThat(isDone).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
