// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.time.Duration;

/**
 * How long one waits for a logging driver, and for how much.
 *
 * @param waits whether the process waits for a driver that is slow; if not, what the driver is too slow for is dropped,
 *     counted, and marked on a line of its own in the place where it is missing, at the end too
 * @param bufferBytes how much of each output waits for the driver, from 64 KiB to 64 MiB; twice that is held at most
 * @param readyTimeout how long a driver may take to get ready
 * @param endTimeout how long a driver may take to end; half of it on its own when its input has ended, the rest after a
 *     {@code SIGTERM}, and then it is killed
 */
public record DriverLimits(boolean waits, int bufferBytes, Duration readyTimeout, Duration endTimeout) {
    private static final int MIN_BYTES = 64 * 1024;
    private static final int MAX_BYTES = 64 * 1024 * 1024;
    private static final DriverLimits DEFAULTS =
            new DriverLimits(false, 1024 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(12));

    /**
     * Checks the limits.
     *
     * @param waits whether the process waits for a driver that is slow
     * @param bufferBytes how much of each output waits for the driver
     * @param readyTimeout how long a driver may take to get ready
     * @param endTimeout how long a driver may take to end
     * @throws IllegalArgumentException if a limit is not in its range, or a timeout is not positive
     */
    public DriverLimits {
        if (bufferBytes < MIN_BYTES || bufferBytes > MAX_BYTES) {
            throw new IllegalArgumentException("buffer must have from 64 KiB to 64 MiB, was " + bufferBytes + " bytes");
        }
        checkPositive("ready timeout", readyTimeout);
        checkPositive("end timeout", endTimeout);
    }

    private static void checkPositive(String what, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(what + " must be positive, was " + value);
        }
    }

    /**
     * Returns those that a process never waits for a driver with: 1 MiB for each output, 10 seconds to get ready and 12
     * to end.
     *
     * @return the defaults
     */
    public static DriverLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Returns a copy with or without waiting.
     *
     * @param value whether the process waits for a driver that is slow
     * @return the copy
     */
    public DriverLimits withWaits(boolean value) {
        return new DriverLimits(value, bufferBytes, readyTimeout, endTimeout);
    }

    /**
     * Returns a copy with another buffer.
     *
     * @param value how much of each output waits for the driver, from 64 KiB to 64 MiB
     * @return the copy
     * @throws IllegalArgumentException if it is not in that range
     */
    public DriverLimits withBufferBytes(int value) {
        return new DriverLimits(waits, value, readyTimeout, endTimeout);
    }

    /**
     * Returns a copy with another time to get ready.
     *
     * @param value positive
     * @return the copy
     * @throws IllegalArgumentException if it is not positive
     */
    public DriverLimits withReadyTimeout(Duration value) {
        return new DriverLimits(waits, bufferBytes, value, endTimeout);
    }

    /**
     * Returns a copy with another time to end.
     *
     * @param value positive
     * @return the copy
     * @throws IllegalArgumentException if it is not positive
     */
    public DriverLimits withEndTimeout(Duration value) {
        return new DriverLimits(waits, bufferBytes, readyTimeout, value);
    }
}
