// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import java.time.Duration;
import java.util.Objects;

/**
 * The end of one of the runs that a {@link RestartPolicy} makes, and what follows from it.
 *
 * @param status how it ended
 * @param ranFor how long it took
 * @param decision whether another follows
 */
public record RunEnd(ExitStatus status, Duration ranFor, RestartDecision decision) {
    /**
     * Checks the values.
     *
     * @param status how it ended
     * @param ranFor how long it took
     * @param decision whether another follows
     */
    public RunEnd {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(ranFor, "ranFor");
        Objects.requireNonNull(decision, "decision");
    }
}
