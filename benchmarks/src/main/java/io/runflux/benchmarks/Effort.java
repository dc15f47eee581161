// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

/** How much is measured: the figures of a longer run are the better ones. */
public enum Effort {
    /** Everything, below 40 minutes on two processors. */
    FULL(3, 5_000, 4_000),
    /** Some of each question, below three minutes. */
    SHORT(2, 1_500, 1_500),
    /** The ratios that must never fall, in half a minute; what fell is asked twice more. */
    CHECK(3, 1_500, 1_000),
    /** Once, so that one sees that all of it works: its figures say nothing. */
    SMOKE(1, 50, 50);

    private final int rounds;
    private final int warmUpMillis;
    private final int millis;

    Effort(int rounds, int warmUpMillis, int millis) {
        this.rounds = rounds;
        this.warmUpMillis = warmUpMillis;
        this.millis = millis;
    }

    int rounds() {
        return rounds;
    }

    /**
     * Returns how long a contender runs before it counts.
     *
     * @return the time in milliseconds
     */
    public int warmUpMillis() {
        return warmUpMillis;
    }

    /**
     * Returns how long a contender is measured.
     *
     * @return the time in milliseconds
     */
    public int millis() {
        return millis;
    }

    /**
     * Chooses an amount of work: that for a full run, or a smaller one.
     *
     * @param full how much there is to do in a full run
     * @param little how much otherwise
     * @return one of the two
     */
    public int amount(int full, int little) {
        return this == FULL ? full : little;
    }
}
