// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;

/**
 * How long to wait before a container is started again: each wait twice as long as the one before, up to a bound, and
 * from the beginning after a good run.
 *
 * @param first the wait before the first restart in a row, more than zero
 * @param max the longest wait, at least the first, at most a day
 * @param goodRun how long a run takes at least that ends a row, whatever its exit status
 * @param jitter by how much of itself a wait may be shorter, from 0 to 1, so that containers which ended together do
 *     not come back together; it is never longer
 */
public record RestartBackoff(Duration first, Duration max, Duration goodRun, double jitter) {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MAX_DOUBLINGS = 62;

    /**
     * Checks the values.
     *
     * @param first the wait before the first restart in a row
     * @param max the longest wait
     * @param goodRun how long a run takes at least that ends a row
     * @param jitter by how much of itself a wait may be shorter
     * @throws IllegalArgumentException if a value is beyond its bounds
     */
    public RestartBackoff {
        if (first.isNegative() || first.isZero()) {
            throw new IllegalArgumentException("the first wait must be more than zero, was " + first);
        }
        if (max.compareTo(first) < 0 || max.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "the longest wait must be from " + first + " to " + LONGEST + ", was " + max);
        }
        if (goodRun.isNegative()) {
            throw new IllegalArgumentException("a good run must not take less than zero, was " + goodRun);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter must be from 0 to 1, was " + jitter);
        }
    }

    /**
     * Returns what Docker does, 100 ms to a minute and ten seconds for a good run, with a jitter of a tenth, which
     * Docker lacks: enough to part what a common cause has ended together, and little enough to tell the figures.
     *
     * @return the defaults
     */
    public static RestartBackoff defaults() {
        return new RestartBackoff(Duration.ofMillis(100), Duration.ofMinutes(1), Duration.ofSeconds(10), 0.1);
    }

    /**
     * Returns this backoff with another first wait.
     *
     * @param value more than zero
     * @return the backoff
     */
    public RestartBackoff withFirst(Duration value) {
        return new RestartBackoff(value, max, goodRun, jitter);
    }

    /**
     * Returns this backoff with another longest wait.
     *
     * @param value at least the first wait, at most a day
     * @return the backoff
     */
    public RestartBackoff withMax(Duration value) {
        return new RestartBackoff(first, value, goodRun, jitter);
    }

    /**
     * Returns this backoff with another measure of a good run.
     *
     * @param value how long it takes at least; zero makes every wait the first
     * @return the backoff
     */
    public RestartBackoff withGoodRun(Duration value) {
        return new RestartBackoff(first, max, value, jitter);
    }

    /**
     * Returns this backoff with another jitter.
     *
     * @param value from 0, which is none, to 1
     * @return the backoff
     */
    public RestartBackoff withJitter(double value) {
        return new RestartBackoff(first, max, goodRun, value);
    }

    /**
     * Returns the wait before a restart, without jitter.
     *
     * @param restartsInARow which in its row it is, from 1
     * @return the wait
     * @throws IllegalArgumentException if the number is less than 1
     */
    public Duration delay(int restartsInARow) {
        if (restartsInARow < 1) {
            throw new IllegalArgumentException("restarts in a row are counted from 1, was " + restartsInARow);
        }
        long factor = 1L << Math.min(restartsInARow - 1, MAX_DOUBLINGS);
        return first.compareTo(max.dividedBy(factor)) >= 0 ? max : first.multipliedBy(factor);
    }

    /** Shortens a wait by a part of its jitter: 0 leaves it, 1 takes all. */
    Duration jittered(Duration delay, double part) {
        return delay.minusNanos((long) (delay.toNanos() * jitter * part));
    }
}
