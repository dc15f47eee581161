// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;

/**
 * What a {@link HealthProbe} found.
 *
 * @param isPassed whether the container is well as far as this probe can see
 * @param output what it has to say about that, for people, perhaps in words of the container; what is beyond
 *     {@value #MAX_OUTPUT} characters is cut off
 */
public record ProbeResult(boolean isPassed, String output) {
    /** How many characters of a probe's output are kept, as with Docker. */
    public static final int MAX_OUTPUT = 4096;

    private static final String CUT = "...";

    /**
     * Bounds the output.
     *
     * @param isPassed whether the container is well
     * @param output what it has to say about that
     */
    public ProbeResult {
        output = output.length() <= MAX_OUTPUT ? output : output.substring(0, MAX_OUTPUT - CUT.length()) + CUT;
    }

    /**
     * Returns that the container is well.
     *
     * @param output what the probe has to say about that
     * @return the result
     */
    public static ProbeResult passed(String output) {
        return new ProbeResult(true, output);
    }

    /**
     * Returns that the container is not well, or that nobody could find out.
     *
     * @param output what the probe has to say about that
     * @return the result
     */
    public static ProbeResult failed(String output) {
        return new ProbeResult(false, output);
    }

    /**
     * Returns what the end of a process says, as Docker reads it.
     *
     * @param status how it ended
     * @param output what it wrote
     * @return passed, if it exited with code 0; otherwise failed, with the status before the output
     */
    public static ProbeResult of(ExitStatus status, String output) {
        return status.isSuccess()
                ? passed(output)
                : failed(output.isEmpty() ? status.toString() : status + ": " + output);
    }

    /** Tells the size: what a probe prints may be secret. */
    @Override
    public String toString() {
        return "ProbeResult[" + (isPassed ? "passed" : "failed") + ", " + output.length() + " characters]";
    }
}
