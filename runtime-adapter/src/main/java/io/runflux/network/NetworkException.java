// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import org.jspecify.annotations.Nullable;

/** Root of what can go wrong with network namespaces and networks. */
public class NetworkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what failed, and why
     * @param cause what caused it, or null
     */
    public NetworkException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
