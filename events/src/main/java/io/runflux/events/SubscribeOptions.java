// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber wants of an {@link EventStream}.
 *
 * @param filter which events; default: all
 * @param fromSequence the first sequence number to deliver; default: 0, which stands for what is published from the
 *     subscription on
 * @param epoch the epoch that the number belongs to, which is then 1 or more; default: null, which takes it for one of
 *     this stream
 * @param overflow what to do when the subscriber is too slow; default: {@link OverflowPolicy#FAIL}
 * @param bufferSize how many events that pass the filter may wait for the subscriber's demand; default: 256. The window
 *     bounds it as well. It does not count while a subscriber that began in the past has not caught up.
 */
public record SubscribeOptions(
        EventFilter filter, long fromSequence, @Nullable String epoch, OverflowPolicy overflow, int bufferSize) {
    private static final int DEFAULT_BUFFER = 256;
    private static final SubscribeOptions DEFAULTS =
            new SubscribeOptions(EventFilter.all(), 0, null, OverflowPolicy.FAIL, DEFAULT_BUFFER);

    /**
     * Checks the options.
     *
     * @param filter which events
     * @param fromSequence the first sequence number to deliver, or 0 for what is published from the subscription on
     * @param epoch the epoch that the number belongs to, or null
     * @param overflow what to do when the subscriber is too slow
     * @param bufferSize how many events may wait, 1 or more
     * @throws IllegalArgumentException if the sequence number is negative, or 0 with an epoch, or the buffer size is
     *     less than 1
     */
    public SubscribeOptions {
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(overflow, "overflow");
        Checks.atLeast("first sequence number", fromSequence, epoch == null ? 0 : 1);
        Checks.atLeast("buffer size", bufferSize, 1);
    }

    /**
     * Returns the defaults: every event from the subscription on, 256 of which may wait, and an error beyond.
     *
     * @return the options
     */
    public static SubscribeOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with another filter.
     *
     * @param value which events
     * @return new options
     */
    public SubscribeOptions withFilter(EventFilter value) {
        return new SubscribeOptions(value, fromSequence, epoch, overflow, bufferSize);
    }

    /**
     * Returns these options with a start in the past.
     *
     * @param sequence the first sequence number to deliver; 1 for everything that is kept
     * @return new options
     * @throws IllegalArgumentException if the number is negative
     */
    public SubscribeOptions from(long sequence) {
        return new SubscribeOptions(filter, sequence, null, overflow, bufferSize);
    }

    /**
     * Returns these options with a start in the past of a certain stream. Where the stream is another one by now, a
     * {@link RuntimeEvent.Gap} comes first, then all that is kept.
     *
     * @param ofEpoch {@link EventEnvelope#epoch()} of the last event seen
     * @param sequence the first sequence number to deliver: {@link EventEnvelope#sequence()} of the last event seen,
     *     and 1
     * @return new options
     * @throws IllegalArgumentException if the number is less than 1
     */
    public SubscribeOptions from(String ofEpoch, long sequence) {
        return new SubscribeOptions(filter, sequence, Objects.requireNonNull(ofEpoch, "ofEpoch"), overflow, bufferSize);
    }

    /**
     * Returns these options with a start right behind a place.
     *
     * @param cursor the place: of the last event seen, or of a snapshot
     * @return new options, like those of {@link #from(String, long)}
     */
    public SubscribeOptions after(EventCursor cursor) {
        return from(cursor.epoch(), cursor.sequence() + 1);
    }

    /**
     * Returns these options with another policy.
     *
     * @param value what to do when the subscriber is too slow
     * @return new options
     */
    public SubscribeOptions withOverflow(OverflowPolicy value) {
        return new SubscribeOptions(filter, fromSequence, epoch, value, bufferSize);
    }

    /**
     * Returns these options with another buffer size.
     *
     * @param events how many may wait, 1 or more
     * @return new options
     * @throws IllegalArgumentException if the size is less than 1
     */
    public SubscribeOptions withBufferSize(int events) {
        return new SubscribeOptions(filter, fromSequence, epoch, overflow, events);
    }
}
