// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;
import java.util.Locale;

/** Writes durations as people do. */
final class Durations {
    private Durations() {}

    /** Writes {@code 1m30s}, not {@code PT1M30S}. */
    static String toText(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
