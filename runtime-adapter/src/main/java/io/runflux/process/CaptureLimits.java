// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.time.Duration;

/**
 * How much {@link RunningProcess#capture} keeps, and how long it waits.
 *
 * @param maxBytes of each stream; what goes beyond is read and dropped, and the output says so
 * @param drainTimeout how long to go on reading after the exit, in case a grandchild holds a pipe; zero reads nothing
 *     after the exit
 */
public record CaptureLimits(int maxBytes, Duration drainTimeout) {
    /**
     * Checks the limits.
     *
     * @param maxBytes of each stream
     * @param drainTimeout how long to go on reading after the exit
     * @throws IllegalArgumentException if one is negative
     */
    public CaptureLimits {
        if (maxBytes < 0 || drainTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "capture limits must not be negative, were " + maxBytes + " bytes and " + drainTimeout);
        }
    }

    /**
     * Returns 1 MiB of each stream, and one second.
     *
     * @return the defaults
     */
    public static CaptureLimits defaults() {
        return new CaptureLimits(1 << 20, Duration.ofSeconds(1));
    }

    /**
     * Returns these limits with another bound.
     *
     * @param bytes of each stream
     * @return the limits
     */
    public CaptureLimits withMaxBytes(int bytes) {
        return new CaptureLimits(bytes, drainTimeout);
    }

    /**
     * Returns these limits with another wait.
     *
     * @param timeout how long to go on reading after the exit
     * @return the limits
     */
    public CaptureLimits withDrainTimeout(Duration timeout) {
        return new CaptureLimits(maxBytes, timeout);
    }
}
