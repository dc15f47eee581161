// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * The events of one node, in one order for everybody, with the newest of them kept in memory.
 *
 * <p><b>Order.</b> Every event gets the next sequence number, and every subscriber gets its events in the order of
 * these numbers, each at most once. What it does not get, for any reason but its filter and its own cancelling, is
 * named by a {@link RuntimeEvent.Gap} or by an {@link EventsLostException}.
 *
 * <p><b>Memory.</b> All subscribers read from one window, which keeps a fixed number of the newest events; a subscriber
 * has no queue of its own, but a place in the window and a bound on how many events may wait for its demand there.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. A subscriber is called on the thread that publishes or
 * on the one that requests, which then also delivers what others publish meanwhile; never on two at once. Publishing
 * never waits for demand. A subscriber whose code may block or takes long goes behind {@code publishOn}, whose prefetch
 * is then what it requests.
 *
 * <p>A stream is empty of state beyond its window: it knows only what was published, and a state of the world that was
 * read elsewhere is newer than {@link #lastSequence()} read before it. To miss nothing, read the number first, then the
 * state, then subscribe from the number after.
 */
public interface EventStream extends Disposable {
    /**
     * Returns a stream with the default settings.
     *
     * @return a new stream, to be disposed of
     */
    static EventStream create() {
        return builder().build();
    }

    /**
     * Returns the settings of a stream.
     *
     * @return a new builder with the defaults
     */
    static EventStreamBuilder builder() {
        return new EventStreamBuilder();
    }

    /**
     * Publishes an event: gives it the next number and the time, puts it into the window in place of the oldest, and
     * delivers it to those who wait for it. Only the numbering takes a lock, which is held for nothing else. An error
     * thrown by a subscriber ends that subscriber alone.
     *
     * @param event what happened; not a {@link RuntimeEvent.Gap}
     * @param cause the command that led to it, at most 256 characters, or null
     * @return the event with its place in the stream
     * @throws IllegalArgumentException if the event is a gap, or the cause is empty or too long
     * @throws IllegalStateException if the stream was disposed of
     */
    EventEnvelope publish(RuntimeEvent event, @Nullable String cause);

    /**
     * Publishes an event of which no command is known to have led to it.
     *
     * @param event what happened; not a {@link RuntimeEvent.Gap}
     * @return the event with its place in the stream
     * @throws IllegalArgumentException if the event is a gap
     * @throws IllegalStateException if the stream was disposed of
     */
    default EventEnvelope publish(RuntimeEvent event) {
        return publish(event, null);
    }

    /**
     * Returns the events that a subscriber wants. Its place in the stream is settled by each subscription anew: from
     * the next event on, or from a number in the past, whose kept successors come first and are followed by the new
     * events without loss or repetition. Events in the past that the window no longer keeps come as one
     * {@link RuntimeEvent.Gap} before all others.
     *
     * <p>Demand is honoured, and a gap counts as one element. Cancelling frees the subscriber's place. The flux
     * completes once the stream is disposed of and the subscriber has read what was published before. It fails with
     * {@link EventsLostException} under {@link OverflowPolicy#FAIL}, and at subscription with
     * {@link TooManySubscribersException}.
     *
     * @param options which events, from where, and what to do when the subscriber is too slow
     * @return the events
     */
    Flux<EventEnvelope> events(SubscribeOptions options);

    /**
     * Returns all events from the subscription on, under the default options.
     *
     * @return the events
     */
    default Flux<EventEnvelope> events() {
        return events(SubscribeOptions.defaults());
    }

    /**
     * Returns the name of this life of the stream, to which its sequence numbers belong.
     *
     * @return a random name
     */
    String epoch();

    /**
     * Returns the number of the newest event.
     *
     * @return the number, or 0 before the first event
     */
    long lastSequence();

    /** Ends the stream: nothing more is published, and subscribers complete once they have read what was. */
    @Override
    void dispose();
}
