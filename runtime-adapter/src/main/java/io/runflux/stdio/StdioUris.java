// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What stands above each stream of a process. The outputs go into one target if their URIs are equal.
 *
 * @param stdin where standard input comes from: a FIFO, a unix socket or {@code null}; null for none
 * @param stdout where standard output goes; null for nowhere
 * @param stderr where standard error goes; null for nowhere, as it must be for a process with a terminal
 */
public record StdioUris(
        @Nullable StdioUri stdin,
        @Nullable StdioUri stdout,
        @Nullable StdioUri stderr) {
    /**
     * Checks that input can come from where it should.
     *
     * @param stdin where standard input comes from
     * @param stdout where standard output goes
     * @param stderr where standard error goes
     * @throws IllegalArgumentException if standard input cannot come from there
     */
    public StdioUris {
        if (stdin != null && !isInput(stdin.scheme())) {
            throw new IllegalArgumentException(
                    "stdin must come from a FIFO, a unix socket or null, was '" + stdin + "'");
        }
    }

    private static boolean isInput(StdioUri.Scheme scheme) {
        return switch (scheme) {
            case NULL, FIFO, UNIX -> true;
            default -> false;
        };
    }

    /**
     * Returns one target for both outputs, and no input.
     *
     * @param uri the target
     * @return the URIs
     */
    public static StdioUris outputs(StdioUri uri) {
        Objects.requireNonNull(uri, "uri");
        return new StdioUris(null, uri, uri);
    }

    /**
     * Reads what containerd and its like give as three strings, where an empty one is none.
     *
     * @param stdin where standard input comes from
     * @param stdout where standard output goes
     * @param stderr where standard error goes
     * @return the URIs
     * @throws IllegalArgumentException if one is no such URI, or standard input cannot come from there
     */
    public static StdioUris parse(String stdin, String stdout, String stderr) {
        return new StdioUris(parse(stdin), parse(stdout), parse(stderr));
    }

    private static @Nullable StdioUri parse(String text) {
        return text.isEmpty() ? null : StdioUri.parse(text);
    }
}
