// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import org.jspecify.annotations.Nullable;

/** Root of what can go wrong between the launcher and the kernel. The exit of a process is never one of these. */
public class ProcessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what failed, and why
     * @param cause what caused it, or null
     */
    public ProcessException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
