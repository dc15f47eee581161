// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import java.time.Duration;

/**
 * Something held the output of a process longer after its exit than the copy-after-exit timeout; the streams are
 * closed. What was read by then was handed on.
 */
public final class CopyTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How long was waited. */
    private final Duration timeout;

    CopyTimeoutException(Duration timeout) {
        super("timed out waiting for stdio relay after " + timeout.toMillis() + "ms");
        this.timeout = timeout;
    }

    /**
     * Returns how long was waited.
     *
     * @return the time between the exit and the closing of the streams
     */
    public Duration timeout() {
        return timeout;
    }
}
