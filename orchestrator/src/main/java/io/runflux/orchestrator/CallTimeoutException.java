// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;

/** A call of the runtime took longer than the orchestrator waits, and was ended. */
public final class CallTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallTimeoutException(String operation, Duration timeout) {
        super("the runtime did not " + operation + " within " + timeout, null, true, false);
    }
}
