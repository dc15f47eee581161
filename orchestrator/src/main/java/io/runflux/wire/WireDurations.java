// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 500ms}, {@code 1.5s}, {@code 1m30s}, {@code 2h}. */
public final class WireDurations {
    private static final Pattern MILLIS = Pattern.compile("(\\d{1,12})ms");
    private static final Pattern PARTS = Pattern.compile("(?=\\d)(\\d{1,9}h)?(\\d{1,9}m)?(\\d{1,9}(\\.\\d{1,9})?s)?");
    private static final Duration LONGEST = Duration.ofDays(365);

    private WireDurations() {}

    /**
     * Writes a duration.
     *
     * @param duration zero or more
     * @return such as {@code 1m30s}
     */
    public static String write(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a duration.
     *
     * @param text hours, minutes and seconds, or milliseconds; a year at most
     * @return the duration
     * @throws IllegalArgumentException if it is none
     */
    public static Duration parse(String text) {
        Matcher millis = MILLIS.matcher(text);
        if (!millis.matches() && !PARTS.matcher(text).matches()) {
            throw new IllegalArgumentException("a duration must be such as 500ms, 10s or 1m30s");
        }
        Duration duration = millis.matches()
                ? Duration.ofMillis(Long.parseLong(millis.group(1)))
                : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a duration must be a year (8760h) at most");
        }
        return duration;
    }
}
