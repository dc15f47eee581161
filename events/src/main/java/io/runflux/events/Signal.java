// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A signal of Linux, by its number on x86-64 and ARM (signal(7)).
 *
 * @param number 1 to 64
 */
public record Signal(int number) {
    private static final int MAX = 64;
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    /** Hangup: the terminal went away. */
    public static final Signal HUP = new Signal(1);

    /** Interrupt, as Ctrl-C sends it. */
    public static final Signal INT = new Signal(2);

    /** Kill: it can be neither caught nor ignored. */
    public static final Signal KILL = new Signal(9);

    /** The polite request to end. */
    public static final Signal TERM = new Signal(15);

    /** Continue after a stop. */
    public static final Signal CONT = new Signal(18);

    /** Stop: it can be neither caught nor ignored. */
    public static final Signal STOP = new Signal(19);

    /**
     * Checks the number.
     *
     * @param number 1 to 64
     * @throws IllegalArgumentException if the number is not from 1 to 64
     */
    public Signal {
        if (number < 1 || number > MAX) {
            throw new IllegalArgumentException("signal number must be from 1 to " + MAX + ", was " + number);
        }
    }

    /**
     * Returns the signal with that number.
     *
     * @param number 1 to 64
     * @return the signal
     */
    public static Signal of(int number) {
        return new Signal(number);
    }

    /**
     * Reads a signal as people write it: {@code 15}, {@code TERM} or {@code SIGTERM}, in any case.
     *
     * @param text a number or a name
     * @return the signal
     * @throws IllegalArgumentException if the text names no signal
     */
    public static Signal parse(String text) {
        Objects.requireNonNull(text, "text");
        String name = text.strip().toUpperCase(Locale.ROOT);
        if (name.matches("\\d{1,3}")) {
            return new Signal(Integer.parseInt(name));
        }
        int index = NAMES.indexOf(name.startsWith("SIG") ? name.substring(3) : name);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "signal must be a number from 1 to " + MAX + " or a name such as TERM, was '" + text + "'");
        }
        return new Signal(index + 1);
    }

    /**
     * Returns the name as signal(7) has it, such as {@code SIGTERM}; a real-time signal has {@code SIG} and its number.
     *
     * @return the name
     */
    public String name() {
        return number <= NAMES.size() ? "SIG" + NAMES.get(number - 1) : "SIG" + number;
    }

    /** Returns {@link #name()}. */
    @Override
    public String toString() {
        return name();
    }
}
