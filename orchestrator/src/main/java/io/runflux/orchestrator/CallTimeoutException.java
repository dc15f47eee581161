// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;

/** A call of the runtime took longer than the orchestrator waits, and was ended. */
public final class CallTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param operation what the runtime did not do, such as {@code start container c1}
     * @param timeout how long it was waited for
     */
    public CallTimeoutException(String operation, Duration timeout) {
        super("the runtime did not " + operation + " within " + timeout, null, true, false);
    }
}
