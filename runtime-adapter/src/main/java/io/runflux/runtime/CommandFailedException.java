// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import org.jspecify.annotations.Nullable;

/** Something failed that none of the other errors tells. */
public final class CommandFailedException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what failed
     * @param failed the command that failed, or null if none did
     * @param cause what caused it, or null
     */
    public CommandFailedException(String message, @Nullable FailedCommand failed, @Nullable Throwable cause) {
        super(message, failed, cause);
    }
}
