// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.runflux.events.ExitStatus;
import java.util.Objects;

/**
 * How a command's process ended.
 *
 * @param status the status; unknown as long as the process has not ended, and if nobody could see the end
 */
public record ExitState(ExitStatus status) {
    private static final ExitState UNKNOWN = new ExitState(ExitStatus.unknown());

    /**
     * Checks the value.
     *
     * @param status the status
     */
    public ExitState {
        Objects.requireNonNull(status, "status");
    }

    static ExitState unknown() {
        return UNKNOWN;
    }

    /**
     * Returns the end as one integer.
     *
     * @return the exit code, 128 and the number of the signal that killed the process, or -1 if it is unknown
     */
    public int exitCode() {
        return status.code();
    }
}
