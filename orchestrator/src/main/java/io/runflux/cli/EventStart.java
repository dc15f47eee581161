// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.EventCursor;
import io.runflux.events.EventEnvelope;
import io.runflux.events.RuntimeEvent.Gap;
import io.runflux.events.SubscribeOptions;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where events begin: with all that are kept, or with one of three.
 *
 * @param number the number of the first event, of the life of a server that there is now, or 0
 * @param place what they come after, or null
 * @param time when the first was published, or null
 */
record EventStart(
        long number, @Nullable EventCursor place, @Nullable Instant time) {
    private static final EventStart BEGINNING = new EventStart(0, null, null);

    static EventStart beginning() {
        return BEGINNING;
    }

    SubscribeOptions addTo(SubscribeOptions options) {
        return place == null ? options.from(Math.max(1, number)) : options.after(place);
    }

    /** That something is missing is told whenever it was. */
    boolean includes(EventEnvelope event) {
        return time == null || !event.time().isBefore(time) || event.event() instanceof Gap;
    }

    /** Tells by how it looks which of the three it is. */
    static final class Converter implements ITypeConverter<EventStart> {
        private final TimeConverter times = new TimeConverter();

        @Override
        public EventStart convert(String value) {
            if (value.matches("[1-9]\\d{0,17}")) {
                return new EventStart(Long.parseLong(value), null, null);
            }
            boolean isTime = value.matches("\\d+[a-z]+|\\d{4}-\\d\\d-\\d\\dT.*");
            return isTime ? new EventStart(0, null, times.convert(value)) : new EventStart(0, parse(value), null);
        }

        /** A mere date has the form of a place. */
        private static EventCursor parse(String value) {
            try {
                if (!value.matches("\\d{4}-\\d\\d-\\d\\d")) {
                    return EventCursor.parse(value);
                }
            } catch (IllegalArgumentException e) {
                throw unknown(value);
            }
            throw unknown(value);
        }

        private static TypeConversionException unknown(String value) {
            return new TypeConversionException("events begin with a number, 1 or more, after a place EPOCH-NUMBER, at a"
                    + " time such as 2026-01-31T09:00:00Z, or as long ago as 10m; was '" + value + "'");
        }
    }
}
