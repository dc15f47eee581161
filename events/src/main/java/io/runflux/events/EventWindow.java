// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest events in a ring, written under a lock and read without one. An envelope knows its own number, so a reader
 * sees from what it finds whether its event is still to come, is there, or was overwritten.
 */
final class EventWindow {
    private final String epoch;
    private final Clock clock;
    private final AtomicReferenceArray<EventEnvelope> ring;
    private volatile long last;
    private volatile boolean closed;

    EventWindow(String epoch, Clock clock, int size) {
        this.epoch = epoch;
        this.clock = clock;
        ring = new AtomicReferenceArray<>(size);
    }

    /**
     * The change goes first, so that it can fail, or publish by itself. Then goes the number: whoever finds an event
     * overwritten must also find {@link #oldest()} beyond it.
     */
    synchronized EventEnvelope append(RuntimeEvent event, @Nullable String cause, Runnable change) {
        if (closed) {
            throw new IllegalStateException("event stream is disposed of, and cannot publish " + event.topic());
        }
        change.run();
        long sequence = last + 1;
        EventEnvelope envelope = new EventEnvelope(sequence, epoch, clock.instant(), cause, event);
        last = sequence;
        ring.set(slot(sequence), envelope);
        return envelope;
    }

    synchronized <S> Followed.Snapshot<S> read(Supplier<? extends S> state) {
        return new Followed.Snapshot<>(state.get(), new EventCursor(epoch, last));
    }

    synchronized void close() {
        closed = true;
    }

    /** The event with that number, a newer one if the window no longer keeps it, or null if it is still to come. */
    @Nullable
    EventEnvelope at(long sequence) {
        EventEnvelope found = ring.get(slot(sequence));
        return found == null || found.sequence() < sequence ? null : found;
    }

    EventEnvelope gap(RuntimeEvent.Gap gap) {
        return new EventEnvelope(gap.to(), epoch, clock.instant(), null, gap);
    }

    long oldest() {
        return Math.max(1, last - ring.length() + 1);
    }

    long last() {
        return last;
    }

    boolean isClosed() {
        return closed;
    }

    String epoch() {
        return epoch;
    }

    private int slot(long sequence) {
        return (int) (sequence % ring.length());
    }
}
