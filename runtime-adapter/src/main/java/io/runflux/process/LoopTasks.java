// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** The tasks that wait for event loops, whose own queues have no bound. */
final class LoopTasks {
    private final AtomicInteger waiting = new AtomicInteger();
    private final int maxWaiting;

    LoopTasks(int maxWaiting) {
        this.maxWaiting = maxWaiting;
    }

    /** @throws RejectedExecutionException if as many wait as may, or if the loop is shut down */
    void execute(IoEventLoop loop, Runnable task) {
        try {
            if (waiting.incrementAndGet() > maxWaiting) {
                throw new RejectedExecutionException("more than " + maxWaiting + " launches wait");
            }
            loop.execute(() -> {
                waiting.decrementAndGet();
                task.run();
            });
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet();
            throw e;
        }
    }
}
