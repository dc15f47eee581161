// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExecId;
import java.time.Duration;

/**
 * A run took longer than its request allows. When this is told, the container has been stopped and deleted, or the
 * further process in it has been killed.
 */
public final class RunTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the error of a container.
     *
     * @param id the container
     * @param timeout how long it may have run
     */
    public RunTimeoutException(ContainerId id, Duration timeout) {
        super(
                "container " + id + " ran longer than " + Durations.toText(timeout) + " and was stopped",
                null,
                true,
                false);
    }

    /**
     * Creates the error of a further process.
     *
     * @param id the container
     * @param execId the process
     * @param timeout how long it may have run
     */
    public RunTimeoutException(ContainerId id, ExecId execId, Duration timeout) {
        super(
                "process " + execId + " of container " + id + " ran longer than " + Durations.toText(timeout)
                        + " and was killed",
                null,
                true,
                false);
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     */
    public RunTimeoutException(String message) {
        super(message, null, true, false);
    }
}
