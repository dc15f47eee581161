// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.runtime.OciRuntimeException;

/**
 * As many calls of a runtime are under way as are allowed, and this one could not wait any longer. Nothing was called.
 */
public final class TooManyCallsException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     */
    public TooManyCallsException(String message) {
        super(message, null, null);
    }

    static TooManyCallsException afterWaiting(GuardOptions.Bulkhead options, int max) {
        return new TooManyCallsException("waited " + options.maxWait() + " for one of " + max
                + " concurrent calls of the runtime to end; nothing was called");
    }

    static TooManyCallsException withoutWaiting(GuardOptions.Bulkhead options, int max) {
        return new TooManyCallsException(max + " calls of the runtime are under way and " + options.maxWaiting()
                + " wait, and no more may; nothing was called");
    }
}
