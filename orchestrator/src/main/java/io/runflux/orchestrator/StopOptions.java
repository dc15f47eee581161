// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.Signal;
import java.time.Duration;
import java.util.Objects;

/**
 * How to stop a container.
 *
 * @param signal what its init process gets first
 * @param gracePeriod how long it may take from then to the kill; zero kills at once, without the signal
 */
public record StopOptions(Signal signal, Duration gracePeriod) {
    private static final StopOptions DEFAULTS = new StopOptions(Signal.TERM, Duration.ofSeconds(10));

    /**
     * Checks the values.
     *
     * @param signal what its init process gets first
     * @param gracePeriod how long it may take from then to the kill
     * @throws IllegalArgumentException if the grace period is negative
     */
    public StopOptions {
        Objects.requireNonNull(signal, "signal");
        if (gracePeriod.isNegative()) {
            throw new IllegalArgumentException("grace period must not be negative, was " + gracePeriod);
        }
    }

    /**
     * Returns SIGTERM and ten seconds, as of docker.
     *
     * @return the defaults
     */
    public static StopOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with another signal.
     *
     * @param value what its init process gets first
     * @return the options
     */
    public StopOptions withSignal(Signal value) {
        return new StopOptions(value, gracePeriod);
    }

    /**
     * Returns these options with another grace period.
     *
     * @param value zero kills at once
     * @return the options
     */
    public StopOptions withGracePeriod(Duration value) {
        return new StopOptions(signal, value);
    }
}
