// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;

/** Says that a probe took too long. */
final class CutOff {
    private CutOff() {}

    static ProbeResult after(Duration limit) {
        return after(limit, "");
    }

    static ProbeResult after(Duration limit, String output) {
        String text = "the probe took longer than " + Durations.toText(limit) + " and was cut off";
        return ProbeResult.failed(output.isEmpty() ? text : text + ": " + output);
    }
}
