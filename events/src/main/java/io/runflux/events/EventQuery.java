// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events a client of a server asks for, as the query of a URL:
 *
 * <pre>{@code topic=/tasks/*&topic=/hooks/finished&container=c1&after=6f1c...-42}</pre>
 *
 * <ul>
 *   <li>{@code topic}: the path of a topic, where a {@code *} stands for anything but a slash, and a slash at the end
 *       for all below it; given more than once, any of them
 *   <li>{@code container}: the id of a container; given more than once, any of them
 *   <li>{@code after}: an {@link EventCursor}, to go on right behind it
 *   <li>{@code from}: the number of the first event to send, of this life of the stream; 1 for all that are kept
 * </ul>
 *
 * <p>{@code after} and {@code from} exclude each other; without both it begins with the next event.
 *
 * @param filter which events
 * @param after the place to go on behind, or null
 * @param from the first number, or 0 for none; 0 where there is an {@code after}
 */
public record EventQuery(EventFilter filter, @Nullable EventCursor after, long from) {
    private static final int MAX_LENGTH = 8192;

    /**
     * Checks the query.
     *
     * @param filter which events
     * @param after the place to go on behind, or null
     * @param from the first number, or 0 for none
     * @throws IllegalArgumentException if the number is negative, or there are both a place and a number
     */
    public EventQuery {
        Objects.requireNonNull(filter, "filter");
        Checks.atLeast("from", from, 0);
        if (after != null && from > 0) {
            throw new IllegalArgumentException("after and from exclude each other, were " + after + " and " + from);
        }
    }

    /**
     * Reads a query.
     *
     * @param query what stands behind the {@code ?} of a URL, as it was sent, at most 8192 characters; may be empty
     * @return the query
     * @throws IllegalArgumentException if it is too long, a name is not known, a value is none for its name, no topic
     *     can match one of those given, or a name other than {@code topic} and {@code container} is given twice; the
     *     message says which, and what is allowed
     */
    public static EventQuery parse(String query) {
        Objects.requireNonNull(query, "query");
        if (query.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "query must have at most " + MAX_LENGTH + " characters, has " + query.length());
        }
        Fields fields = new Fields();
        for (String field : query.split("&")) {
            if (!field.isEmpty()) {
                fields.add(field);
            }
        }
        return fields.toQuery();
    }

    /**
     * Returns what to subscribe with.
     *
     * @param lastEventId the place that a client told which connects again ({@link EventSse#lastEventId}), or null; it
     *     is newer than what the query says, which the client only repeats
     * @return the options, with the default policy and buffer
     */
    public SubscribeOptions options(@Nullable EventCursor lastEventId) {
        SubscribeOptions options = SubscribeOptions.defaults().withFilter(filter);
        EventCursor place = lastEventId == null ? after : lastEventId;
        return place == null ? options.from(from) : options.after(place);
    }

    private static final class Fields {
        private final Set<String> topics = new HashSet<>();
        private final Set<ContainerId> containers = new HashSet<>();
        private @Nullable EventCursor after;
        private @Nullable Long from;

        void add(String field) {
            int equals = field.indexOf('=');
            String name = decode(equals < 0 ? field : field.substring(0, equals));
            String value = equals < 0 ? "" : decode(field.substring(equals + 1));
            switch (name) {
                case "topic" -> topics.addAll(TopicGlob.paths(value));
                case "container" -> containers.add(ContainerId.of(value));
                case "after" -> after = once(name, after, EventCursor.parse(value));
                case "from" -> from = once(name, from, number(value));
                default ->
                    throw new IllegalArgumentException("query may have topic, container, after and from, has '"
                            + Identifiers.printable(name) + "'");
            }
        }

        EventQuery toQuery() {
            return new EventQuery(new EventFilter(topics, containers), after, from == null ? 0 : from);
        }

        private static String decode(String text) {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException(
                        "query is not percent-encoded: '" + Identifiers.printable(text) + "'", malformed);
            }
        }

        private static <T> T once(String name, @Nullable T before, T value) {
            if (before != null) {
                throw new IllegalArgumentException(name + " must be given once, was " + before + " and " + value);
            }
            return value;
        }

        private static long number(String value) {
            if (!value.matches("[1-9][0-9]{0,17}")) {
                throw new IllegalArgumentException(
                        "from must be a number, 1 or more, was '" + Identifiers.printable(value) + "'");
            }
            return Long.parseLong(value);
        }
    }
}
