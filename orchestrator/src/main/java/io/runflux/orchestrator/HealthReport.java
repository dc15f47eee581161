// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.HealthStatus;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a container is after a probe.
 *
 * @param status how it is
 * @param failures how many probes have failed in a row that count
 * @param result of the last probe, or null before the first
 */
public record HealthReport(
        HealthStatus status, int failures, @Nullable ProbeResult result) {
    private static final HealthReport STARTING = new HealthReport(HealthStatus.STARTING, 0, null);

    /**
     * Checks the values.
     *
     * @param status how it is
     * @param failures how many probes have failed in a row that count
     * @param result of the last probe, or null before the first
     * @throws IllegalArgumentException if the number is negative
     */
    public HealthReport {
        Objects.requireNonNull(status, "status");
        if (failures < 0) {
            throw new IllegalArgumentException("failures must be 0 or more, were " + failures);
        }
    }

    /**
     * Returns how a container is that was just started.
     *
     * @return the report, without a result
     */
    public static HealthReport starting() {
        return STARTING;
    }

    /** A failure that is forgiven leaves all as it is. */
    HealthReport after(ProbeResult next, boolean isForgiven, int retries) {
        if (next.isPassed()) {
            return new HealthReport(HealthStatus.HEALTHY, 0, next);
        }
        if (isForgiven) {
            return new HealthReport(status, failures, next);
        }
        int streak = failures == Integer.MAX_VALUE ? failures : failures + 1;
        return new HealthReport(streak >= retries ? HealthStatus.UNHEALTHY : status, streak, next);
    }
}
