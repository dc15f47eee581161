// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parameters of a {@code file://} URI. Zero bytes and zero time are no limit. */
record FileLogOptions(
        LogFormat format,
        long maxBytes,
        Duration maxAge,
        int maxFiles,
        boolean isGroupReadable,
        boolean waits,
        int bufferBytes) {
    private static final Set<String> NAMES =
            Set.of("format", "max-size", "max-age", "max-files", "mode", "overflow", "buffer");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmg]?)");
    private static final Pattern AGE = Pattern.compile("(\\d{1,9})([smhd]?)");
    private static final int MIN_BYTES = 64 * 1024;
    private static final int MAX_BUFFER_BYTES = 64 * 1024 * 1024;

    static FileLogOptions of(Map<String, String> parameters) {
        for (String name : parameters.keySet()) {
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("parameter of a file must be one of "
                        + NAMES.stream().sorted().toList() + ", was '" + name + "'");
            }
        }
        return new FileLogOptions(
                LogFormat.parse(parameters.getOrDefault("format", "plain")),
                size("max-size", parameters.getOrDefault("max-size", "10m")),
                age("max-age", parameters.getOrDefault("max-age", "0")),
                files(parameters.getOrDefault("max-files", "5")),
                isOne("mode", parameters.getOrDefault("mode", "0600"), "0600", "0640"),
                isOne("overflow", parameters.getOrDefault("overflow", "drop"), "drop", "wait"),
                buffer(parameters.getOrDefault("buffer", "1m")));
    }

    private static long size(String name, String value) {
        long bytes = bytes(name, value);
        if (bytes != 0 && bytes < MIN_BYTES) {
            throw wrong(name, "0, or at least 64k", value);
        }
        return bytes;
    }

    static int buffer(String value) {
        long bytes = bytes("buffer", value);
        if (bytes < MIN_BYTES || bytes > MAX_BUFFER_BYTES) {
            throw wrong("buffer", "from 64k to 64m", value);
        }
        return (int) bytes;
    }

    private static long bytes(String name, String value) {
        Matcher matcher = SIZE.matcher(value);
        if (!matcher.matches()) {
            throw wrong(name, "a number of bytes, with k, m or g for powers of 1,024", value);
        }
        int shift =
                switch (matcher.group(2)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw wrong(name, "less than eight exbibytes", value);
        }
        return number << shift;
    }

    static Duration age(String name, String value) {
        Matcher matcher = AGE.matcher(value);
        if (!matcher.matches() || (matcher.group(2).isEmpty() && !value.equals("0"))) {
            throw wrong(name, "a number with s, m, h or d, or 0", value);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "d" -> Duration.ofDays(number);
            case "h" -> Duration.ofHours(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
        };
    }

    private static int files(String value) {
        int files = value.matches("\\d{1,4}") ? Integer.parseInt(value) : 0;
        if (files < 2 || files > 1_000) {
            throw wrong("max-files", "from 2 to 1000", value);
        }
        return files;
    }

    /** Returns whether the value is the second of the two that are allowed. */
    static boolean isOne(String name, String value, String no, String yes) {
        if (!value.equals(no) && !value.equals(yes)) {
            throw wrong(name, no + " or " + yes, value);
        }
        return value.equals(yes);
    }

    private static IllegalArgumentException wrong(String name, String allowed, String value) {
        return new IllegalArgumentException(name + " must be " + allowed + ", was '" + value + "'");
    }
}
