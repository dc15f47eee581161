// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.EventEnvelope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** A subscriber that keeps what it gets. It asks, or returns, as it was told to. */
final class EventReader extends BaseSubscriber<EventEnvelope> {
    private static final int LIMIT_SECONDS = 100;

    private final List<EventEnvelope> seen = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore arrived = new Semaphore(0);
    private final CountDownLatch gate;
    private final long atFirst;
    private final long withEach;
    private volatile boolean isComplete;

    private EventReader(long atFirst, long withEach, int gates) {
        this.atFirst = atFirst;
        this.withEach = withEach;
        gate = new CountDownLatch(gates);
    }

    /** Asks for all at once. */
    static EventReader unbounded() {
        return new EventReader(Long.MAX_VALUE, 0, 0);
    }

    /** Asks for the next one before it returns, and so never lets one wait for its demand. */
    static EventReader oneByOne() {
        return new EventReader(1, 1, 0);
    }

    /** Asks for one, and for no more until {@link #goOn()}. */
    static EventReader idle() {
        return new EventReader(1, 0, 0);
    }

    /** Asks for all at once, and does not return from the first until {@link #goOn()}. */
    static EventReader blocking() {
        return new EventReader(Long.MAX_VALUE, 0, 1);
    }

    void goOn() {
        gate.countDown();
        requestUnbounded();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(atFirst);
    }

    @Override
    protected void hookOnNext(EventEnvelope envelope) {
        seen.add(envelope);
        arrived.release();
        awaitGate();
        if (withEach > 0) {
            request(withEach);
        }
    }

    private void awaitGate() {
        try {
            assertThat(gate.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void hookOnComplete() {
        isComplete = true;
    }

    /** Waits for so many more. */
    void await(int events) {
        try {
            assertThat(arrived.tryAcquire(events, LIMIT_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    List<EventEnvelope> seen() {
        return List.copyOf(seen);
    }

    boolean isComplete() {
        return isComplete;
    }
}
