// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

/** Thrown when a contender did not do what it was measured with. */
public final class MeasurementException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an instance.
     *
     * @param message who did what instead
     */
    public MeasurementException(String message) {
        super(message);
    }

    MeasurementException(String message, Throwable cause) {
        super(message, cause);
    }
}
