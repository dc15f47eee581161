// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;

/**
 * How long a container may live, counted from its first start. What comes before, as its creation, does not count;
 * restarts and the waits before them do. Then it is stopped (SIGTERM, its grace period, SIGKILL), and not started
 * again. {@link RunRequest#timeout()} is another limit: of the whole of a {@code run}, from its creation to the end of
 * its output, and an error when it fires.
 *
 * @param limit more than zero, at most 36,500 days
 */
public record Deadline(Duration limit) {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /**
     * Checks the limit.
     *
     * @param limit more than zero, at most 36,500 days
     * @throws IllegalArgumentException if it is not
     */
    public Deadline {
        if (limit.isNegative() || limit.isZero() || limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a deadline must be more than zero and at most " + LONGEST + " after the start, was " + limit);
        }
    }

    /**
     * Returns the deadline so long after the first start.
     *
     * @param limit more than zero, at most 36,500 days
     * @return the deadline
     */
    public static Deadline after(Duration limit) {
        return new Deadline(limit);
    }
}
