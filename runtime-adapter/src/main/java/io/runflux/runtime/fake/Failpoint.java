// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a command of a {@link FakeRuntime} goes wrong. An immutable value. */
public final class Failpoint {
    private final Kind kind;
    private final Duration delay;
    private final int exitCode;
    private final String message;
    private final int times;

    private Failpoint(Kind kind, Duration delay, int exitCode, String message, int times) {
        this.kind = kind;
        this.delay = delay;
        this.exitCode = exitCode;
        this.message = message;
        this.times = times;
    }

    private static Failpoint of(Kind kind) {
        return new Failpoint(kind, Duration.ZERO, 0, "", Integer.MAX_VALUE);
    }

    /**
     * Returns one that lets the command wait before it does anything.
     *
     * @param delay how long, by the clock of the fake
     * @return the failpoint
     * @throws IllegalArgumentException if the delay is negative
     */
    public static Failpoint delay(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative, was " + delay);
        }
        return new Failpoint(Kind.DELAY, delay, 0, "", Integer.MAX_VALUE);
    }

    /**
     * Returns one that lets the command fail without doing anything. Of an attached {@code run}, {@code restore} or
     * {@code exec} runc itself fails with 1 or 255; a client takes any other code for that of the program.
     *
     * @param exitCode how it exits, 1 to 255
     * @param message what it logs, and prints to standard error
     * @return the failpoint
     * @throws IllegalArgumentException if the exit code is out of its range
     */
    public static Failpoint fail(int exitCode, String message) {
        if (exitCode < 1 || exitCode > 255) {
            throw new IllegalArgumentException("exit code must be from 1 to 255, was " + exitCode);
        }
        Objects.requireNonNull(message, "message");
        return new Failpoint(Kind.FAIL, Duration.ZERO, exitCode, message, Integer.MAX_VALUE);
    }

    /**
     * Returns one that lets the command do nothing until it is killed.
     *
     * @return the failpoint
     */
    public static Failpoint hang() {
        return of(Kind.HANG);
    }

    /**
     * Returns one that lets the command print the first half of each of its answers, and exit as if all was well. What
     * answers nothing is not changed.
     *
     * @return the failpoint
     */
    public static Failpoint truncate() {
        return of(Kind.TRUNCATE);
    }

    /**
     * Returns one that lets the command print what is no JSON in place of each of its answers, and exit as if all was
     * well. What answers nothing is not changed.
     *
     * @return the failpoint
     */
    public static Failpoint garbage() {
        return of(Kind.GARBAGE);
    }

    /**
     * Returns this failpoint for the next call only.
     *
     * @return the failpoint
     */
    public Failpoint once() {
        return times(1);
    }

    /**
     * Returns this failpoint for a number of calls, in place of all.
     *
     * @param count how many, 1 or more
     * @return the failpoint
     * @throws IllegalArgumentException if the count is less than 1
     */
    public Failpoint times(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a failpoint must be hit at least once, was " + count);
        }
        return new Failpoint(kind, delay, exitCode, message, count);
    }

    /** Returns what is left of it after a call, or null for nothing. */
    @Nullable
    Failpoint next() {
        if (times == Integer.MAX_VALUE) {
            return this;
        }
        return times == 1 ? null : times(times - 1);
    }

    Kind kind() {
        return kind;
    }

    Duration delay() {
        return delay;
    }

    RuncFailure toFailure() {
        return new RuncFailure(exitCode, message);
    }

    String corrupt(String answer) {
        return switch (kind) {
            case TRUNCATE -> answer.substring(0, answer.length() / 2);
            case GARBAGE -> "garbage, and no JSON\n";
            default -> answer;
        };
    }

    enum Kind {
        DELAY,
        FAIL,
        HANG,
        TRUNCATE,
        GARBAGE
    }
}
