// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import org.jspecify.annotations.Nullable;

/** The program of a process does not exist in the container, or is none. */
public final class ProgramNotFoundException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message which program, and why
     * @param failed the command that failed, or null if none did
     * @param cause what caused it, or null
     */
    public ProgramNotFoundException(String message, @Nullable FailedCommand failed, @Nullable Throwable cause) {
        super(message, failed, cause);
    }
}
