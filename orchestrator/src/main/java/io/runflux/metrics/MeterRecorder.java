// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import java.util.Objects;
import java.util.function.LongSupplier;
import reactor.core.Disposable;

/**
 * Whoever is told what is to be measured. Called from event loops and other threads at once, so that implementations
 * are safe for concurrent use, and wait for nothing. An error of one is logged once, and otherwise ignored. Values of
 * tags come in the order of {@link RunfluxMeter#tags()}.
 */
public interface MeterRecorder {
    /**
     * Returns one that records nothing.
     *
     * @return the recorder, always the same
     */
    static MeterRecorder noOp() {
        return NoMeters.INSTANCE;
    }

    /**
     * Adds to a counter.
     *
     * @param meter a counter
     * @param amount how much, 0 or more
     * @param tagValues the values of its tags
     */
    void count(RunfluxMeter meter, long amount, String... tagValues);

    /**
     * Records how long something took.
     *
     * @param meter a timer
     * @param nanos how long, in nanoseconds
     * @param tagValues the values of its tags
     */
    void time(RunfluxMeter meter, long nanos, String... tagValues);

    /**
     * Has a number asked for whenever meters are read. Several of one meter with the same tags are added up.
     *
     * @param meter a gauge, or a counter that is counted elsewhere
     * @param value tells the number, quickly, and from any thread
     * @param tagValues the values of its tags
     * @return ends it; what a counter has counted until then stays counted
     */
    Disposable watch(RunfluxMeter meter, LongSupplier value, String... tagValues);

    /**
     * Returns a recorder that tells another one as well, as for a text of one's own beside a registry.
     *
     * @param other is told after this one
     * @return both
     */
    default MeterRecorder and(MeterRecorder other) {
        return new BothMeters(this, Objects.requireNonNull(other, "other"));
    }

    /**
     * Returns a recorder that lets no error of this one through. The first is logged.
     *
     * @return the recorder
     */
    default MeterRecorder guarded() {
        return new GuardedMeters(this);
    }
}
