// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import org.jspecify.annotations.Nullable;

/** How a process ended cannot be told, which is never taken for a success. */
public final class ExitUnknownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExitUnknownException(int pid, @Nullable Throwable cause) {
        super("the exit status of process " + pid + " cannot be told", cause);
    }
}
