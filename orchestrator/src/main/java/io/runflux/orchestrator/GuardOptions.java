// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.runtime.OciRuntime;
import java.time.Duration;
import java.util.Objects;

/**
 * How the calls of a runtime are guarded. The guards stand in this order, from the caller to the runtime:
 *
 * <ol>
 *   <li><b>the state after a time limit</b>: a call that changes a container and ran out of time is followed by a
 *       reading of its state. If that shows that the call was done, it has succeeded; else the
 *       {@link CallTimeoutException} says what was found
 *   <li><b>{@link Repeats}</b>: nothing is held while the next attempt waits, and each passes all guards below anew
 *   <li><b>{@link Breaker}</b>: it refuses before the queue, so that nobody waits for a refusal. It neither refuses nor
 *       counts what ends something or tells what is left ({@link OciRuntime#state}, {@link OciRuntime#exists},
 *       {@link OciRuntime#kill}, {@link OciRuntime#delete}, {@link OciRuntime#deleteProcess}), since otherwise the
 *       failures of creations would keep what they left behind
 *   <li><b>{@link Bulkhead}</b>: waiting for one's turn takes nothing from the time limit. What ends something or tells
 *       what is left has places of its own, and is never refused
 *   <li><b>{@link TimeLimits}</b>: next to the call, so that it measures the runtime and nothing else
 * </ol>
 *
 * <p>Not guarded are {@link OciRuntime#waitFor} and {@link OciRuntime#events}, which last as long as a container,
 * {@link OciRuntime#process}, which calls nothing, and what a {@link io.runflux.runtime.ContainerProcess} does when it
 * is signalled or released, which has limits where it is used. Of {@link OciRuntime#run} and {@link OciRuntime#exec}
 * the guards see what happens until the process is handed over: an attached process holds no permit, and what fails its
 * exit is not counted.
 *
 * @param limits how long calls may take
 * @param bulkhead how many calls there may be at a time
 * @param repeats how often calls are made again
 * @param breaker when a runtime is left alone
 */
public record GuardOptions(TimeLimits limits, Bulkhead bulkhead, Repeats repeats, Breaker breaker) {
    /**
     * Checks the values.
     *
     * @param limits how long calls may take
     * @param bulkhead how many calls there may be at a time
     * @param repeats how often calls are made again
     * @param breaker when a runtime is left alone
     */
    public GuardOptions {
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(bulkhead, "bulkhead");
        Objects.requireNonNull(repeats, "repeats");
        Objects.requireNonNull(breaker, "breaker");
    }

    /**
     * Returns the defaults of each guard.
     *
     * @return the defaults
     */
    public static GuardOptions defaults() {
        return new GuardOptions(TimeLimits.defaults(), Bulkhead.defaults(), Repeats.defaults(), Breaker.defaults());
    }

    /**
     * Returns these options with other time limits.
     *
     * @param value how long calls may take
     * @return the options
     */
    public GuardOptions withLimits(TimeLimits value) {
        return new GuardOptions(value, bulkhead, repeats, breaker);
    }

    /**
     * Returns these options with another bulkhead.
     *
     * @param value how many calls there may be at a time
     * @return the options
     */
    public GuardOptions withBulkhead(Bulkhead value) {
        return new GuardOptions(limits, value, repeats, breaker);
    }

    /**
     * Returns these options with other repeats.
     *
     * @param value how often calls are made again
     * @return the options
     */
    public GuardOptions withRepeats(Repeats value) {
        return new GuardOptions(limits, bulkhead, value, breaker);
    }

    /**
     * Returns these options with another circuit breaker.
     *
     * @param value when a runtime is left alone
     * @return the options
     */
    public GuardOptions withBreaker(Breaker value) {
        return new GuardOptions(limits, bulkhead, repeats, value);
    }

    private static void checkPositive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " must be more than zero, was " + value);
        }
    }

    private static void checkAtLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, was " + value);
        }
    }

    /**
     * How long one attempt of a call may take. What takes longer is ended, and fails with {@link CallTimeoutException}.
     *
     * @param call of those that neither run hooks nor write memory, and of the wait for the end of what was killed
     * @param withHooks of creation, start, run and removal, in which the runtime waits for the hooks of the container
     * @param withImage of checkpoint and restoration
     */
    public record TimeLimits(Duration call, Duration withHooks, Duration withImage) {
        /**
         * Checks the values.
         *
         * @param call of those that neither run hooks nor write memory
         * @param withHooks of creation, start, run and removal
         * @param withImage of checkpoint and restoration
         * @throws IllegalArgumentException if one is not more than zero
         */
        public TimeLimits {
            checkPositive("limit of a call", call);
            checkPositive("limit of a call with hooks", withHooks);
            checkPositive("limit of a call with an image", withImage);
        }

        /**
         * Returns the defaults: one minute, because a call takes 10 to 100 ms, and several seconds on a machine that is
         * starved, so that what takes a minute hangs; two minutes with hooks, because one hook may take a minute, and
         * the call has to outlast it for its error to be told; ten minutes with an image, because the memory of a
         * container is written or read: 64 GiB at 110 MB/s.
         *
         * @return the defaults
         */
        public static TimeLimits defaults() {
            return new TimeLimits(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(10));
        }
    }

    /**
     * How many calls there may be at a time. The others wait, first come first served; one that may not wait, or has
     * waited too long, fails with {@link TooManyCallsException}. A call holds its place until its attempt is over, and
     * not while it waits for the next.
     *
     * <p>Calls that end something or tell what is left have places of their own, so that they never wait behind
     * creations that hang. They are never refused, however many wait and however long: what they were to clear would
     * stay for good. They are no more than those who wait for them.
     *
     * @param maxCalls how many calls at a time
     * @param maxClearing how many more of those that end something or tell what is left
     * @param maxWaiting how many calls may wait that are not of that kind
     * @param maxWait how long one of these may wait
     */
    public record Bulkhead(int maxCalls, int maxClearing, int maxWaiting, Duration maxWait) {
        /**
         * Checks the values.
         *
         * @param maxCalls how many calls at a time
         * @param maxClearing how many more of those that end something or tell what is left
         * @param maxWaiting how many calls may wait that are not of that kind
         * @param maxWait how long one of these may wait
         * @throws IllegalArgumentException if one is less than 1, or not more than zero
         */
        public Bulkhead {
            checkAtLeastOne("maximum of calls", maxCalls);
            checkAtLeastOne("maximum of clearing calls", maxClearing);
            checkAtLeastOne("maximum of waiting calls", maxWaiting);
            checkPositive("maximum wait for a call", maxWait);
        }

        /**
         * Returns the defaults: twice as many calls as there are processors, and at least 8, because a runtime computes
         * for half of its time and waits for the kernel in the other, and more of them only take turns; half as many
         * clearing ones, because they are shorter; 1024 waiting, because each keeps a few hundred bytes and its caller,
         * and a longer queue is told better than kept; 30 s, because a full queue of a runtime that works is served in
         * less, at 100 ms a call, on 4 processors.
         *
         * @return the defaults
         */
        public static Bulkhead defaults() {
            int maxCalls = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());
            return new Bulkhead(maxCalls, maxCalls / 2, 1024, Duration.ofSeconds(30));
        }
    }

    /**
     * How often a call is made again that met something busy (a control group, a program open for writing, a limit of
     * processes). What never began is repeated always; what had begun only where that is safe, which is for all calls
     * but the creation, restoration and start of a container, the execution of a process, checkpoints, and signals
     * other than KILL. Each wait is twice as long as the one before, and by up to a half shorter or longer, so that
     * those who met once do not meet again.
     *
     * @param maxAttempts how many attempts in all; 1 repeats nothing
     * @param firstWait how long before the second, a millisecond at least
     * @param longestWait how long at most
     */
    public record Repeats(int maxAttempts, Duration firstWait, Duration longestWait) {
        /**
         * Checks the values.
         *
         * @param maxAttempts how many attempts in all
         * @param firstWait how long before the second
         * @param longestWait how long at most
         * @throws IllegalArgumentException if there is to be no attempt, or the first wait is less than a millisecond,
         *     or longer than the longest
         */
        public Repeats {
            checkAtLeastOne("maximum of attempts", maxAttempts);
            if (firstWait.toMillis() < 1) {
                throw new IllegalArgumentException("first wait must be at least a millisecond, was " + firstWait);
            }
            if (longestWait.compareTo(firstWait) < 0) {
                throw new IllegalArgumentException(
                        "longest wait must not be shorter than the first, " + firstWait + ", was " + longestWait);
            }
        }

        /**
         * Returns the defaults: five attempts, 100 ms at first and a second at most, 1.5 s in all, because a control
         * group is empty, and a program written, some milliseconds after the last process has ended, and what is busy
         * for longer is not busy by chance.
         *
         * @return the defaults
         */
        public static Repeats defaults() {
            return new Repeats(5, Duration.ofMillis(100), Duration.ofSeconds(1));
        }
    }

    /**
     * When a runtime is left alone: if too many of its last calls failed through its own fault (it is missing, does not
     * answer in time, dies, or talks nonsense), and not because it refused what it was asked for. Then calls fail with
     * {@link CircuitOpenException} for a while, until a few may try.
     *
     * @param window how many of the last calls count
     * @param minimumCalls how many there must be for it to be judged, and no more than the window
     * @param failurePercent how many of a hundred must have failed, 1 to 100
     * @param pause how long it is left alone
     * @param tries how many calls may then try; if fewer fail than it takes, all may call again
     */
    public record Breaker(int window, int minimumCalls, int failurePercent, Duration pause, int tries) {
        /**
         * Checks the values.
         *
         * @param window how many of the last calls count
         * @param minimumCalls how many there must be for it to be judged
         * @param failurePercent how many of a hundred must have failed
         * @param pause how long it is left alone
         * @param tries how many calls may then try
         * @throws IllegalArgumentException if one is less than 1, or not more than zero, or too large
         */
        public Breaker {
            checkAtLeastOne("window", window);
            checkAtLeastOne("minimum of calls", minimumCalls);
            checkAtLeastOne("percentage of failures", failurePercent);
            checkAtLeastOne("number of tries", tries);
            checkPositive("pause", pause);
            if (minimumCalls > window) {
                throw new IllegalArgumentException(
                        "minimum of calls must not be more than the window, " + window + ", was " + minimumCalls);
            }
            if (failurePercent > 100) {
                throw new IllegalArgumentException(
                        "percentage of failures must not be more than 100, was " + failurePercent);
            }
        }

        /**
         * Returns the defaults: half of the last 20 calls, because a busy service makes so many in a second, and older
         * ones tell nothing; 5 calls at least, because fewer fail by chance, and 5 that hang have cost five callers a
         * minute each; 10 s, because a binary that is replaced is missing for less; 2 tries, because one may be lucky,
         * and more would hang with the runtime.
         *
         * @return the defaults
         */
        public static Breaker defaults() {
            return new Breaker(20, 5, 50, Duration.ofSeconds(10), 2);
        }
    }
}
