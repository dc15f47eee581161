// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.events.ExitStatus;
import java.nio.charset.StandardCharsets;

/**
 * How a process ended and what it wrote.
 *
 * @param status how it ended
 * @param stdout the first bytes of standard output
 * @param stderr the first bytes of standard error
 * @param isTruncated whether a stream wrote more than was kept
 * @param isDrained whether both streams reached their end; if not, something still held them when the wait was over
 */
public record CapturedOutput(ExitStatus status, String stdout, String stderr, boolean isTruncated, boolean isDrained) {
    static CapturedOutput of(ExitStatus status, BoundedBytes stdout, BoundedBytes stderr, boolean isDrained) {
        return new CapturedOutput(
                status,
                stdout.toString(StandardCharsets.UTF_8),
                stderr.toString(StandardCharsets.UTF_8),
                stdout.isTruncated() || stderr.isTruncated(),
                isDrained);
    }

    /** Tells the sizes: what a program writes may be secret. */
    @Override
    public String toString() {
        return "CapturedOutput[" + status + ", stdout " + stdout.length() + " characters, stderr " + stderr.length()
                + " characters" + (isTruncated ? ", truncated" : "") + (isDrained ? "" : ", not drained") + "]";
    }
}
