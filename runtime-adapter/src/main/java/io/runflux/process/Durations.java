// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Writes a duration as a person would: {@code 10s}, {@code 1m30s}, {@code 500ms}, {@code 0s}. */
final class Durations {
    private Durations() {}

    static String format(Duration duration) {
        boolean isWholeSeconds = duration.equals(duration.truncatedTo(ChronoUnit.SECONDS));
        return isWholeSeconds ? duration.toString().substring(2).toLowerCase(Locale.ROOT) : duration.toMillis() + "ms";
    }

    static void requireNotNegative(String what, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative, was " + duration);
        }
    }
}
