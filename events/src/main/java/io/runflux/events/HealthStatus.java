// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

/** What the probes of a health check say of a container. */
public enum HealthStatus {
    /** No probe has passed yet, and too few have failed to give it up. */
    STARTING,
    /** A probe has passed, and too few have failed in a row since. */
    HEALTHY,
    /** As many probes have failed in a row as are allowed, or more; the next that passes makes it healthy. */
    UNHEALTHY
}
