// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.util.Optional;

/** A way to measure a contender once. It checks that what it measures was done right, and fails if it was not. */
public interface Measurement {
    /**
     * Measures; blocks until the end.
     *
     * @param effort for how long
     * @return what came out
     * @throws MeasurementException if something was not done, or not right
     */
    Figures measure(Effort effort);

    /**
     * Says what it needs and this machine lacks.
     *
     * @return what is missing, or empty if it can measure
     */
    default Optional<String> missing() {
        return Optional.empty();
    }
}
