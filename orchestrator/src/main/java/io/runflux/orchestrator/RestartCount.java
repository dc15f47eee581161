// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

/**
 * How often a container was started again by its {@link RestartPolicy}.
 *
 * @param total all of them, which the limit of a policy is about
 * @param inARow those since the last good run, by which the wait grows
 */
public record RestartCount(int total, int inARow) {
    private static final RestartCount NONE = new RestartCount(0, 0);

    /**
     * Checks the values.
     *
     * @param total all of them
     * @param inARow those since the last good run
     * @throws IllegalArgumentException if one is negative, or there are more in a row than in total
     */
    public RestartCount {
        if (inARow < 0 || total < inARow) {
            throw new IllegalArgumentException(
                    "restarts must be 0 or more, and no more in a row than in total, were " + inARow + " of " + total);
        }
    }

    /**
     * Returns the count of a container that was never started again.
     *
     * @return zero and zero
     */
    public static RestartCount none() {
        return NONE;
    }

    /** The largest number stands for all beyond it. */
    RestartCount next(boolean afterGoodRun) {
        int more = total == Integer.MAX_VALUE ? total : total + 1;
        return new RestartCount(more, afterGoodRun ? 1 : Math.min(inARow, more - 1) + 1);
    }
}
