// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import org.jspecify.annotations.Nullable;

/** A text is no event; the message says which field is wrong. */
public final class EventFormatException extends EventException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what is wrong
     * @param cause what caused it, or null
     */
    EventFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
