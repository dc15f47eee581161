// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.time.Duration;

/** A container lived longer than its {@link Deadline} allows. When this is told, stopping it has ended. */
public final class DeadlineExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeadlineExceededException(ContainerId id, Duration limit) {
        super(
                "container " + id + " was stopped " + Durations.toText(limit)
                        + " after its start, as its deadline demands",
                null,
                true,
                false);
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     */
    public DeadlineExceededException(String message) {
        super(message, null, true, false);
    }
}
