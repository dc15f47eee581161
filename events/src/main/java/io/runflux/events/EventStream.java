// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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
 * <p><b>Threads.</b> All methods may be called from any thread. A subscriber is called by one of a few workers (see
 * {@link EventStreamBuilder#deliverOn}), by one at a time. Publishing waits neither for demand nor for code of
 * subscribers, which may block: it holds up nobody but its own subscriber.
 *
 * <p><b>State.</b> A stream knows only what was published. Whoever keeps a state of the world beside it publishes the
 * event with the change of the state, and reads the state with {@link #snapshot}: then the two never disagree. Of a
 * state that was read elsewhere it is only known that it is newer than {@link #lastSequence()} read before it.
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
     * Publishes an event together with the change of state that it tells of. In between nothing else is published and
     * no {@link #snapshot} is taken, so the change must be quick, and wait for nothing: one put into a map, say.
     *
     * @param event what happened; not a {@link RuntimeEvent.Gap}
     * @param cause the command that led to it, at most 256 characters, or null
     * @param change makes the change, before anybody sees the event. What it throws is thrown on, and nothing is
     *     published
     * @return the event with its place in the stream
     * @throws IllegalArgumentException if the event is a gap, or the cause is empty or too long
     * @throws IllegalStateException if the stream was disposed of; the change was not made
     */
    EventEnvelope publish(RuntimeEvent event, @Nullable String cause, Runnable change);

    /**
     * Publishes an event: gives it the next number and the time, puts it into the window in place of the oldest, and
     * has it delivered to those who wait for it. An error thrown by a subscriber ends that subscriber alone.
     *
     * @param event what happened; not a {@link RuntimeEvent.Gap}
     * @param cause the command that led to it, at most 256 characters, or null
     * @return the event with its place in the stream
     * @throws IllegalArgumentException if the event is a gap, or the cause is empty or too long
     * @throws IllegalStateException if the stream was disposed of
     */
    default EventEnvelope publish(RuntimeEvent event, @Nullable String cause) {
        return publish(event, cause, () -> {});
    }

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
     * {@link EventsLostException} under {@link OverflowPolicy#FAIL}, at subscription with
     * {@link TooManySubscribersException}, and with {@link java.util.concurrent.RejectedExecutionException} if there
     * are no workers to be had.
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
     * Reads a state at one place in the stream. Meanwhile nothing is published, so the reading must be quick, and wait
     * for nothing: one copy of a map, say.
     *
     * @param state reads the state, which is changed by {@link #publish(RuntimeEvent, String, Runnable)} alone. What it
     *     throws is thrown on
     * @param <S> the kind of state
     * @return the state and its place: {@link SubscribeOptions#after} goes on from there
     */
    <S> Followed.Snapshot<S> snapshot(Supplier<? extends S> state);

    /**
     * Returns a state, and then the events that the state does not hold yet, each once. Where events are missing after
     * that (which with {@link OverflowPolicy#FAIL} is an error, as for {@link #events(SubscribeOptions)}), there comes
     * a new state instead of a {@link RuntimeEvent.Gap}, and then what follows on that one.
     *
     * <p>Each subscription reads the state anew. Demand is honoured, and a state counts as one element.
     *
     * @param state reads the state; see {@link #snapshot}
     * @param options which events, and what to do when the subscriber is too slow; where they begin means nothing here
     * @param <S> the kind of state
     * @return a state first, never empty
     */
    default <S> Flux<Followed<S>> snapshotThenFollow(Supplier<? extends S> state, SubscribeOptions options) {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(options, "options");
        return new SnapshotFollower<S>(this, state, options).follow();
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

    /**
     * Disposes of the stream, and waits until every subscriber has read to its end or cancelled, and has returned from
     * the last call.
     *
     * @param limit how long to wait at most, 0 for not at all; who has not read all by then can still do so
     * @return completes empty, also when the limit fired; emits on a worker or on the {@code parallel} scheduler.
     *     Cancelling ends the waiting alone
     * @throws IllegalArgumentException if the limit is negative
     */
    Mono<Void> disposeLater(Duration limit);
}
