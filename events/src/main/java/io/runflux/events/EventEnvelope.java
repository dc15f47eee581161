// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event with its place in a stream.
 *
 * <p>Sequence numbers begin at 1 and have no holes. The envelope of a {@link RuntimeEvent.Gap} carries the last number
 * that is missing, so whoever wants to go on after any envelope subscribes from the next number of the same epoch.
 *
 * @param sequence the place in the stream; 0 only for a gap before its first event
 * @param epoch the one life of the stream that the number belongs to, at most 256 characters
 * @param time when it was published, by the clock of the node, which may jump
 * @param cause the command that led to it, at most 256 characters; null if no command did, or none is known
 * @param event what happened
 */
public record EventEnvelope(
        long sequence, String epoch, Instant time, @Nullable String cause, RuntimeEvent event) {
    /**
     * Checks the envelope.
     *
     * @param sequence the place in the stream; 0 only for a gap before its first event
     * @param epoch the one life of the stream that the number belongs to, at most 256 characters
     * @param time when it was published, by the clock of the node, which may jump
     * @param cause the command that led to it, at most 256 characters; null if no command did, or none is known
     * @param event what happened
     * @throws IllegalArgumentException if the number is too small, or a text is empty or too long
     */
    public EventEnvelope {
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(time, "time");
        Checks.atLeast("sequence", sequence, event instanceof RuntimeEvent.Gap ? 0 : 1);
        Checks.text("epoch", epoch, Checks.MAX_NAME);
        if (cause != null) {
            Checks.text("cause", cause, Checks.MAX_NAME);
        }
    }

    /**
     * Returns what the event is about.
     *
     * @return the topic of {@link #event()}
     */
    public Topic topic() {
        return event.topic();
    }

    /**
     * Returns the place right behind this event, from which one can go on.
     *
     * @return the place
     * @throws IllegalArgumentException if the epoch is none of this library, and not fit for a header
     */
    public EventCursor cursor() {
        return new EventCursor(epoch, sequence);
    }
}
