// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.runflux.wire.Problem;

/**
 * The server answered with a problem that is no error of an orchestrator: it refuses who asks, as much as it allows is
 * under way, it is about to end, or it failed inside.
 */
public final class ServerProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The code of HTTP. */
    private final int status;

    /** What kind of problem it is. */
    private final String type;

    ServerProblemException(Problem problem) {
        super(
                "the server answered with " + problem.status() + " (" + problem.title() + "): " + problem.detail(),
                null,
                true,
                false);
        status = problem.status();
        type = problem.type();
    }

    /**
     * Returns the code of HTTP.
     *
     * @return from 300 to 599; this server's begin at 400
     */
    public int status() {
        return status;
    }

    /**
     * Returns what kind of problem it is.
     *
     * @return such as {@code urn:runflux:problem:unauthorized}
     */
    public String type() {
        return type;
    }
}
