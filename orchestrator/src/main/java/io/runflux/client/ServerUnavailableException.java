// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import org.jspecify.annotations.Nullable;

/**
 * The server could not be reached, or the connection was lost before it had answered, or no connection was free in
 * time.
 */
public final class ServerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whether something was sent. */
    private final boolean isMaybeDone;

    ServerUnavailableException(String message, boolean isMaybeDone, @Nullable Throwable cause) {
        super(message, cause, true, false);
        this.isMaybeDone = isMaybeDone;
    }

    /**
     * Returns whether what was asked for may have been done, in whole or in part.
     *
     * @return false if nothing was sent, so that it can be asked for again without a second thought
     */
    public boolean isMaybeDone() {
        return isMaybeDone;
    }
}
