// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import org.jspecify.annotations.Nullable;

/** Root of what can go wrong between a stream of events and those who read it. */
public class EventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what failed, and why
     * @param cause what caused it, or null
     */
    public EventException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
