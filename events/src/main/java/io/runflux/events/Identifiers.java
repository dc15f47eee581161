// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The one rule for every id that reaches a path or a command line. It is containerd's, and narrower than that of any
 * runtime: runc takes a leading {@code -}, runsc takes {@code ..}.
 */
final class Identifiers {
    static final int MAX_LENGTH = 76;
    private static final int MAX_PRINTED = 200;
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*");

    private Identifiers() {}

    static void check(String kind, String value) {
        Objects.requireNonNull(value, "value");
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    kind + " must have at most " + MAX_LENGTH + " characters, has " + value.length());
        }
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(kind
                    + " must be letters and digits, with single '.', '_' or '-' between them, was '" + printable(value)
                    + "'");
        }
    }

    /** What was given, fit for one line of a message. */
    static String printable(String value) {
        String start = value.length() <= MAX_PRINTED ? value : value.substring(0, MAX_PRINTED) + "...";
        return start.replaceAll("[^ -~]", "?");
    }
}
