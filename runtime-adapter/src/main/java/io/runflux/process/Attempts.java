// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Counts what a launcher has begun to make, until it is registered or has failed. So disposal, which closes the door
 * first and then waits for the count to reach zero, misses nothing. What attempts share is let go then, and no sooner,
 * also if nobody waits any more.
 */
final class Attempts {
    private final Runnable onIdle;
    private final AtomicInteger open = new AtomicInteger();
    private final Sinks.Empty<Void> idle = Sinks.empty();
    private volatile boolean isClosed;

    /** Takes what is done once or more, when it is closed and no attempt is open. */
    Attempts(Runnable onIdle) {
        this.onIdle = onIdle;
    }

    void begin() {
        open.incrementAndGet();
    }

    void end() {
        if (open.decrementAndGet() == 0 && isClosed) {
            onIdle.run();
            idle.tryEmitEmpty();
        }
    }

    void close() {
        isClosed = true;
        begin();
        end();
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Completes once closed and without an open attempt. */
    Mono<Void> idle() {
        return idle.asMono();
    }
}
