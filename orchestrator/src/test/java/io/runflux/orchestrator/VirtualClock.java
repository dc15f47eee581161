// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The virtual clock that is in place, which begins at zero. */
final class VirtualClock {
    private VirtualClock() {}

    static long nanoTime() {
        return VirtualTimeScheduler.get().now(TimeUnit.NANOSECONDS);
    }

    static Duration now() {
        return Duration.ofNanos(nanoTime());
    }
}
