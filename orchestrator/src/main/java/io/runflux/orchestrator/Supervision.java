// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a container that goes on by itself is looked after.
 *
 * @param restart whether it is started again after its end
 * @param healthCheck how often it is probed, and what is made of that, or null for never
 * @param probe what is probed; there is one if there is a health check, and only then
 * @param deadline how long it may live, or null for as long as it likes
 */
public record Supervision(
        RestartPolicy restart,
        @Nullable HealthCheck healthCheck,
        @Nullable ProbeSpec probe,
        @Nullable Deadline deadline) {
    private static final Supervision NONE = new Supervision(RestartPolicy.no(), null, null, null);

    /**
     * Checks the values.
     *
     * @param restart whether it is started again after its end
     * @param healthCheck how often it is probed, or null for never
     * @param probe what is probed, or null
     * @param deadline how long it may live, or null
     * @throws IllegalArgumentException if there is a health check without a probe, or a probe without a health check
     */
    public Supervision {
        Objects.requireNonNull(restart, "restart");
        if ((healthCheck == null) != (probe == null)) {
            throw new IllegalArgumentException("a health check must have a probe, and a probe a health check, were "
                    + healthCheck + " and " + probe);
        }
    }

    /**
     * Returns none: no restart, no health check, no deadline.
     *
     * @return the supervision
     */
    public static Supervision none() {
        return NONE;
    }

    /**
     * Returns this supervision with another restart policy.
     *
     * @param value whether it is started again after its end
     * @return the supervision
     */
    public Supervision withRestart(RestartPolicy value) {
        return new Supervision(value, healthCheck, probe, deadline);
    }

    /**
     * Returns this supervision with another health check.
     *
     * @param check how often it is probed, and what is made of that
     * @param what what is probed
     * @return the supervision
     */
    public Supervision withHealthCheck(HealthCheck check, ProbeSpec what) {
        Objects.requireNonNull(check, "check");
        return new Supervision(restart, check, what, deadline);
    }

    /**
     * Returns this supervision with another deadline.
     *
     * @param value how long it may live, or null for as long as it likes
     * @return the supervision
     */
    public Supervision withDeadline(@Nullable Deadline value) {
        return new Supervision(restart, healthCheck, probe, value);
    }
}
