// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.time.Duration;

/** A run took longer than its request allows. When this is told, the container has been stopped and deleted. */
public final class RunTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunTimeoutException(ContainerId id, Duration timeout) {
        super(
                "container " + id + " ran longer than " + Durations.toText(timeout) + " and was stopped",
                null,
                true,
                false);
    }
}
