// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a stream: right behind an event. As text it is the epoch, a {@code -} and the number, such as
 * {@code 6f1c...-42}, of printable ASCII without spaces, fit for a header and for a query.
 *
 * @param epoch the one life of the stream that the number belongs to: 1 to 256 characters of printable ASCII, no space
 * @param sequence the number of the event; 0 for the place before the first
 */
public record EventCursor(String epoch, long sequence) {
    private static final Pattern EPOCH = Pattern.compile("[!-~]{1," + Checks.MAX_NAME + "}");
    private static final Pattern TEXT = Pattern.compile("(" + EPOCH.pattern() + ")-(0|[1-9][0-9]{0,17})");

    /**
     * Checks the place.
     *
     * @param epoch the one life of the stream that the number belongs to
     * @param sequence the number of the event; 0 for the place before the first
     * @throws IllegalArgumentException if the epoch is not as said, or the number is negative
     */
    public EventCursor {
        Objects.requireNonNull(epoch, "epoch");
        if (!EPOCH.matcher(epoch).matches()) {
            throw new IllegalArgumentException("epoch must have 1 to " + Checks.MAX_NAME
                    + " characters of printable ASCII without spaces, was '" + Identifiers.printable(epoch) + "'");
        }
        Checks.atLeast("sequence", sequence, 0);
    }

    /**
     * Reads a place.
     *
     * @param text what {@link #toString} wrote
     * @return the place
     * @throws IllegalArgumentException if the text is none; the message says what was given
     */
    public static EventCursor parse(String text) {
        Matcher matcher = TEXT.matcher(Objects.requireNonNull(text, "text"));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a place in the events must be EPOCH-NUMBER, was '" + Identifiers.printable(text) + "'");
        }
        return new EventCursor(matcher.group(1), Long.parseLong(matcher.group(2)));
    }

    /** Returns the place as text. */
    @Override
    public String toString() {
        return epoch + "-" + sequence;
    }
}
