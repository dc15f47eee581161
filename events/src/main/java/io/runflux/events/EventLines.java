// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Events as lines of JSON (NDJSON), in ASCII: {@link EventJson}, each with a line feed at its end. An empty line is a
 * heartbeat, and means nothing. Where a client is, it knows from the {@code epoch} and the {@code sequence} of the last
 * line that it read whole.
 */
public final class EventLines {
    /** The media type of the response. */
    public static final String MEDIA_TYPE = "application/x-ndjson";

    private static final String EMPTY = "\n";

    private EventLines() {}

    /**
     * Writes an event.
     *
     * @param envelope the event
     * @return one line, with its line feed
     */
    public static String write(EventEnvelope envelope) {
        return EventJson.write(envelope) + EMPTY;
    }

    /**
     * Writes events, and an empty line at each interval beside them.
     *
     * @param events the events
     * @param heartbeat the interval, longer than 0
     * @return the lines. Demand is honoured: a heartbeat for which there is none is dropped. It ends as the events do;
     *     heartbeats come on the {@code parallel} scheduler
     * @throws IllegalArgumentException if the interval is not longer than 0
     */
    public static Flux<String> lines(Flux<EventEnvelope> events, Duration heartbeat) {
        return Heartbeats.beside(events.map(EventLines::write), heartbeat, EMPTY);
    }

    /**
     * Reads a line.
     *
     * @param line what stands between two line feeds, with or without a carriage return at its end
     * @return the event, or null if the line is empty
     * @throws EventFormatException if it is no event; see {@link EventJson#read}
     */
    public static @Nullable EventEnvelope read(String line) {
        String json = line.strip();
        return json.isEmpty() ? null : EventJson.read(json);
    }
}
