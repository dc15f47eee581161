// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.time.Duration;

/** A killed process did not end within the post-kill timeout; the launcher goes on waiting for it in the background. */
public final class ReapTimeoutException extends ProcessException {
    private static final long serialVersionUID = 1L;

    /** The process that is still there. */
    private final int pid;

    ReapTimeoutException(int pid, Duration timeout) {
        super("failed to reap process within " + Durations.format(timeout) + " of the kill signal", null);
        this.pid = pid;
    }

    /**
     * Returns the process that is still there.
     *
     * @return the pid
     */
    public int pid() {
        return pid;
    }
}
