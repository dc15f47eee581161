// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import org.jspecify.annotations.Nullable;

/** Root of what can go wrong between a process and what stands above its streams. */
public class UpstreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what failed, and why
     * @param cause what caused it, or null
     */
    public UpstreamException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
