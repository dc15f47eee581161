// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;
import java.util.Objects;

/**
 * How large a {@link WarmPool} is. There are never more of its containers than {@link #ready} and
 * {@link Borrowers#maxBorrowed} together, those that are being created or removed included.
 *
 * @param ready how many created containers are kept ready; each holds its bundle, its control group and a few MiB of
 *     memory
 * @param maxAge how old a ready container becomes; then it is removed, and another takes its place. Each is replaced by
 *     up to a tenth earlier, so that those created together do not go together
 * @param borrowers how many borrow at a time, and wait
 * @param refill how those are replaced that were borrowed
 */
public record WarmPoolOptions(int ready, Duration maxAge, Borrowers borrowers, Refill refill) {
    /**
     * Checks the values.
     *
     * @param ready how many created containers are kept ready
     * @param maxAge how old a ready container becomes
     * @param borrowers how many borrow at a time, and wait
     * @param refill how those are replaced that were borrowed
     * @throws IllegalArgumentException if none is to be ready, or the age is not more than zero
     */
    public WarmPoolOptions {
        Objects.requireNonNull(borrowers, "borrowers");
        Objects.requireNonNull(refill, "refill");
        checkAtLeastOne("number of ready containers", ready);
        checkPositive("maximum age", maxAge);
    }

    /**
     * Returns the defaults of a pool of that size: an hour of age, because what a container was given at its creation,
     * such as a copy of a certificate, is rarely good for less; {@link Borrowers#defaults()};
     * {@link Refill#defaults()}.
     *
     * @param ready how many created containers are kept ready, at least 1
     * @return the options
     */
    public static WarmPoolOptions of(int ready) {
        return new WarmPoolOptions(ready, Duration.ofHours(1), Borrowers.defaults(), Refill.defaults());
    }

    /**
     * Returns these options with another age.
     *
     * @param value how old a ready container becomes, more than zero
     * @return the options
     */
    public WarmPoolOptions withMaxAge(Duration value) {
        return new WarmPoolOptions(ready, value, borrowers, refill);
    }

    /**
     * Returns these options for other borrowers.
     *
     * @param value how many borrow at a time, and wait
     * @return the options
     */
    public WarmPoolOptions withBorrowers(Borrowers value) {
        return new WarmPoolOptions(ready, maxAge, value, refill);
    }

    /**
     * Returns these options with another way to refill.
     *
     * @param value how those are replaced that were borrowed
     * @return the options
     */
    public WarmPoolOptions withRefill(Refill value) {
        return new WarmPoolOptions(ready, maxAge, borrowers, value);
    }

    private static void checkAtLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, was " + value);
        }
    }

    private static void checkPositive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " must be more than zero, was " + value);
        }
    }

    /**
     * How many borrow. A container is borrowed until it is removed or handed off. Who has waited too long, or comes
     * when as many wait as may, fails with {@link TooManyBorrowersException}; first come, first served.
     *
     * @param maxBorrowed how many containers are borrowed at a time
     * @param maxWaiting how many borrowers may wait until another gives his up
     * @param maxWait how long a borrower may wait for that; the creation of a container, where none is ready, is not in
     *     it
     */
    public record Borrowers(int maxBorrowed, int maxWaiting, Duration maxWait) {
        /**
         * Checks the values.
         *
         * @param maxBorrowed how many containers are borrowed at a time
         * @param maxWaiting how many borrowers may wait
         * @param maxWait how long a borrower may wait
         * @throws IllegalArgumentException if one is less than 1, or not more than zero
         */
        public Borrowers {
            checkAtLeastOne("maximum of borrowed containers", maxBorrowed);
            checkAtLeastOne("maximum of waiting borrowers", maxWaiting);
            checkPositive("maximum wait for a container", maxWait);
        }

        /**
         * Returns the defaults: 64 borrowed, as many as a machine of some processors starts in a few seconds; 1024
         * waiting, since each keeps a few hundred bytes and its caller; 30 s, which a caller is rarely there for.
         *
         * @return the defaults
         */
        public static Borrowers defaults() {
            return new Borrowers(64, 1024, Duration.ofSeconds(30));
        }
    }

    /**
     * How the pool is refilled. After a creation that failed it rests, each time twice as long, and then tries one at a
     * time until one succeeds.
     *
     * @param maxCreations how many containers are created at a time to be ready; those that a borrower waits for are
     *     not among them
     * @param firstPause how long it rests after the first failure in a row
     * @param longestPause how long it rests at most
     */
    public record Refill(int maxCreations, Duration firstPause, Duration longestPause) {
        private static final int MAX_DOUBLINGS = 62;

        /**
         * Checks the values.
         *
         * @param maxCreations how many containers are created at a time
         * @param firstPause how long it rests after the first failure in a row
         * @param longestPause how long it rests at most
         * @throws IllegalArgumentException if there are to be no creations, or the first pause is not more than zero,
         *     or longer than the longest
         */
        public Refill {
            checkAtLeastOne("maximum of creations", maxCreations);
            checkPositive("first pause", firstPause);
            if (longestPause.compareTo(firstPause) < 0) {
                throw new IllegalArgumentException(
                        "longest pause must not be shorter than the first, " + firstPause + ", was " + longestPause);
            }
        }

        /**
         * Returns the defaults: two creations, which leave most of a machine to those who work; 100 ms at first, as
         * long as what is busy by chance stays busy, and a minute at most, which a runtime that is replaced is missed
         * for.
         *
         * @return the defaults
         */
        public static Refill defaults() {
            return new Refill(2, Duration.ofMillis(100), Duration.ofMinutes(1));
        }

        /** Returns how long to rest after so many failures in a row, counted from 1. */
        Duration pause(int failures) {
            long factor = 1L << Math.min(failures - 1, MAX_DOUBLINGS);
            return firstPause.compareTo(longestPause.dividedBy(factor)) >= 0
                    ? longestPause
                    : firstPause.multipliedBy(factor);
        }
    }
}
