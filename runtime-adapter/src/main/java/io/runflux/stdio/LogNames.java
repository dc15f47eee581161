// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of a log's files, and of what is locked while it is written. The current file has the log's own; when it is
 * full it gets a number that is one more than the last, and keeps it, so that a reader knows which file comes after the
 * one it holds.
 */
final class LogNames {
    private static final Pattern NUMBER = Pattern.compile("\\.(\\d{10,18})");

    private final String current;

    LogNames(String current) {
        this.current = current;
    }

    String current() {
        return current;
    }

    String lock() {
        return "." + current + ".lock";
    }

    String rotated(long number) {
        return String.format("%s.%010d", current, number);
    }

    OptionalLong numberOf(String name) {
        if (!name.startsWith(current)) {
            return OptionalLong.empty();
        }
        Matcher matcher = NUMBER.matcher(name.substring(current.length()));
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
