// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

/** A stream of events has as many subscribers as it allows. */
public final class TooManySubscribersException extends EventException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param max how many the stream allows
     */
    TooManySubscribersException(int max) {
        super("event stream has " + max + " subscribers and allows no more", null);
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     */
    public TooManySubscribersException(String message) {
        super(message, null);
    }
}
