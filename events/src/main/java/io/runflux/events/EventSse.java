// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Events as server-sent events, as the HTML standard has them, in ASCII:
 *
 * <pre>{@code
 * id: 6f1c...-7
 * event: /tasks/exit
 * data: {"sequence":7,"epoch":"6f1c...","time":...}
 *
 * }</pre>
 *
 * <p>The id is an {@link EventCursor}, which a client that reconnects gives back in the header {@code Last-Event-ID}.
 * The name of the event is its topic, so a browser listens with {@code source.addEventListener("/tasks/exit", ...)};
 * the data are {@link EventJson}, in one line. A {@link RuntimeEvent.Gap} is an event like the others, named
 * {@code /events/gap}. All results are whole blocks.
 */
public final class EventSse {
    /** The media type of the response. */
    public static final String MEDIA_TYPE = "text/event-stream";

    /** The request header that says where a client goes on. */
    public static final String LAST_EVENT_ID = "Last-Event-ID";

    private static final String COMMENT = ":\n\n";

    private EventSse() {}

    /**
     * Writes an event.
     *
     * @param envelope the event
     * @return one block, with the empty line that ends it
     * @throws IllegalArgumentException if the epoch is none of this library, and not fit for an id
     */
    public static String write(EventEnvelope envelope) {
        Objects.requireNonNull(envelope, "envelope");
        return "id: " + envelope.cursor() + "\nevent: " + envelope.topic().path() + "\ndata: "
                + EventJson.write(envelope) + "\n\n";
    }

    /**
     * Writes a place without an event. A client remembers it and sees nothing. Written first, it makes a client that
     * lost its connection before the first event go on from there.
     *
     * @param cursor where the client is
     * @return one block
     */
    public static String position(EventCursor cursor) {
        return "id: " + Objects.requireNonNull(cursor, "cursor") + "\n\n";
    }

    /**
     * Writes a comment, which keeps a quiet connection open and shows that it is.
     *
     * @return one block
     */
    public static String heartbeat() {
        return COMMENT;
    }

    /**
     * Writes how long a client is to wait before it connects again.
     *
     * @param delay 0 or more, in whole milliseconds
     * @return one block
     * @throws IllegalArgumentException if the delay is negative
     */
    public static String retry(Duration delay) {
        Checks.duration(Objects.requireNonNull(delay, "delay"));
        return "retry: " + delay.toMillis() + "\n\n";
    }

    /**
     * Writes events, and a heartbeat at each interval beside them.
     *
     * @param events the events
     * @param heartbeat the interval, longer than 0
     * @return the blocks. Demand is honoured: a heartbeat for which there is none is dropped. It ends as the events do;
     *     heartbeats come on the {@code parallel} scheduler
     * @throws IllegalArgumentException if the interval is not longer than 0
     */
    public static Flux<String> blocks(Flux<EventEnvelope> events, Duration heartbeat) {
        return Heartbeats.beside(events.map(EventSse::write), heartbeat, COMMENT);
    }

    /**
     * Reads the header of a client that connects again.
     *
     * @param lastEventId the value of {@link #LAST_EVENT_ID}; null or empty if there is none
     * @return the place right behind which the client goes on, or null if it begins
     * @throws IllegalArgumentException if the value is no id of {@link #write}; the message says what was given
     */
    public static @Nullable EventCursor lastEventId(@Nullable String lastEventId) {
        return lastEventId == null || lastEventId.isEmpty() ? null : EventCursor.parse(lastEventId);
    }
}
