// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

/** How much is measured: the figures of a longer run are the better ones. */
public enum Effort {
    /** Everything, below 40 minutes on two processors. */
    FULL(3, 3_500, 7_000, 2_500),
    /** Some of what targets compare, below three minutes. */
    SHORT(2, 1_200, 3_000, 800),
    /** The ratios that must never fall, in half a minute; what fell is asked twice more. */
    CHECK(3, 1_500, 1_500, 1_000),
    /** Once, so that one sees that all of it works: its figures say nothing. */
    SMOKE(1, 50, 50, 50);

    private static final int PEER_WARM_UP_MILLIS = 500;

    private final int rounds;
    private final int warmUpMillis;
    private final int longWarmUpMillis;
    private final int millis;

    Effort(int rounds, int warmUpMillis, int longWarmUpMillis, int millis) {
        this.rounds = rounds;
        this.warmUpMillis = warmUpMillis;
        this.longWarmUpMillis = longWarmUpMillis;
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
     * Returns how long a contender runs before it counts, where the compiler is to be done with it.
     *
     * @return the time in milliseconds
     */
    public int longWarmUpMillis() {
        return longWarmUpMillis;
    }

    /**
     * Returns how long a contender without a JVM runs before it counts.
     *
     * @return the time in milliseconds
     */
    public int peerWarmUpMillis() {
        return Math.min(warmUpMillis, PEER_WARM_UP_MILLIS);
    }

    /**
     * Returns how long a contender is measured.
     *
     * @return the time in milliseconds
     */
    public int millis() {
        return millis;
    }
}
