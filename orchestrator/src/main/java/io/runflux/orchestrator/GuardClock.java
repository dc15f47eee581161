// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * The clocks of guards: one that may be set, to tell people when something was, and one that only goes on, to measure
 * how long it is ago.
 */
record GuardClock(InstantSource wall, LongSupplier nanoTime) {
    static GuardClock system() {
        return new GuardClock(InstantSource.system(), System::nanoTime);
    }

    Instant now() {
        return wall.instant();
    }

    /** A clock that begins with the epoch now, and is never set. */
    Clock elapsed() {
        long begin = nanoTime.getAsLong();
        InstantSource source = () -> Instant.EPOCH.plusNanos(nanoTime.getAsLong() - begin);
        return source.withZone(ZoneOffset.UTC);
    }
}
