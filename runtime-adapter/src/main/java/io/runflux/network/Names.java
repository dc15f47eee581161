// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.Objects;
import java.util.regex.Pattern;

/** The rules for names that reach a path, a command line or the kernel, and for words that others wrote. */
final class Names {
    /** As long as the id of a container. */
    private static final int MAX_LENGTH = 76;
    /** That of the kernel, without its closing zero. */
    private static final int MAX_INTERFACE_LENGTH = 15;

    private static final int MAX_WORDS = 4096;
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*");
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

    private Names() {}

    static String check(String kind, String value) {
        Objects.requireNonNull(value, kind);
        if (value.length() > MAX_LENGTH || !ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(kind + " must be at most " + MAX_LENGTH
                    + " letters and digits, with single '.', '_' or '-' between them, was '" + words(value) + "'");
        }
        return value;
    }

    static String checkInterface(String value) {
        if (value.length() > MAX_INTERFACE_LENGTH || !INTERFACE.matcher(value).matches()) {
            throw new IllegalArgumentException("interface name must be at most " + MAX_INTERFACE_LENGTH
                    + " letters, digits, '_', '.' or '-', beginning with none of the last two, was '" + words(value)
                    + "'");
        }
        return value;
    }

    /** Returns the end of what others wrote in one line, with control characters as question marks. */
    static String words(String text) {
        String words = CONTROL.matcher(text.strip()).replaceAll("?").replaceAll("\\n+", " | ");
        return words.substring(Math.max(0, words.length() - MAX_WORDS));
    }
}
