// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import org.jspecify.annotations.Nullable;

/** A runtime cannot be called at all: its program is missing or not to be trusted, or could not be started. */
public final class RuntimeUnavailableException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what is wrong
     * @param cause what caused it, or null
     */
    public RuntimeUnavailableException(String message, @Nullable Throwable cause) {
        super(message, null, cause);
    }
}
