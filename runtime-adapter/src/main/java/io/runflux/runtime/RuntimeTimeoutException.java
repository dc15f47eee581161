// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A command of a runtime took longer than it may, and was killed. What it was about may be done in part. */
public final class RuntimeTimeoutException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param what what was to be done
     * @param limit how long it might take
     * @param failed the command that was killed, or null if it had not begun
     */
    public RuntimeTimeoutException(String what, Duration limit, @Nullable FailedCommand failed) {
        super("cannot " + what + " within " + limit, failed, null);
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     * @param failed the command that failed, or null if there is none
     */
    public RuntimeTimeoutException(String message, @Nullable FailedCommand failed) {
        super(message, failed, null);
    }
}
