// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as runc writes them: {@code 100ms}, {@code 5s}, {@code 1m30s}. */
final class GoDuration {
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private GoDuration() {}

    static Duration parse(String text) {
        Matcher part = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            sum = sum.plus(toDuration(Long.parseLong(part.group(1)), part.group(2)));
            end = part.end();
        }
        if (end == 0 || end != text.length()) {
            throw new RuncFailure("invalid value \"" + text + "\" for flag -interval: parse error");
        }
        return sum;
    }

    private static Duration toDuration(long count, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }
}
