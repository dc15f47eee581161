// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import org.jspecify.annotations.Nullable;

/** A text is not the JSON that was expected; the message says where. */
public final class OciJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what was read, where it went wrong, and why
     * @param cause what caused it, or null
     */
    public OciJsonException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
