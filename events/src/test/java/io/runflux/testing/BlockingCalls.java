// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;

/**
 * Records each blocking call of a thread that must not block. The call itself goes ahead. Netty's allocator takes a
 * lock for a moment when it grows, which is its own affair, and random numbers come from a device that has nobody wait.
 */
final class BlockingCalls {
    private BlockingCalls() {}

    static void install() {
        BlockHound.install(builder -> builder.blockingMethodCallback(BlockingCalls::record)
                .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator", "allocate")
                .allowBlockingCallsInside("java.security.SecureRandom", "nextBytes")
                // Whoever cancels a timer of Reactor waits for the lock of its queue, which is held for microseconds.
                .allowBlockingCallsInside(
                        "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove"));
    }

    private static void record(BlockingMethod method) {
        Incidents.record("blocking call", new BlockingCall(method, Thread.currentThread()));
    }

    /** Stands for one call; its stack trace tells where. */
    private static final class BlockingCall extends Exception {
        private static final long serialVersionUID = 1L;

        BlockingCall(BlockingMethod method, Thread thread) {
            super(method + " on " + thread.getName());
        }
    }
}
