// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration as a person writes it: {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}. */
final class Durations {
    private static final Pattern ALLOWED = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private static final Duration LONGEST = Duration.ofDays(365);

    private Durations() {}

    static Duration parse(String text) {
        Matcher matcher = ALLOWED.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "a duration is a number with ms, s, m or h, such as 10s; was '" + text + "'");
        }
        Duration duration = of(Long.parseLong(matcher.group(1)), matcher.group(2));
        if (duration.compareTo(LONGEST) > 0) {
            throw new TypeConversionException("a duration is a year (8760h) at most, was '" + text + "'");
        }
        return duration;
    }

    private static Duration of(long number, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
