// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

/**
 * How a process ended: it exited with a code, it was killed by a signal, or nobody can tell. An unknown end is never
 * taken for a success.
 */
public sealed interface ExitStatus {
    /** The integer that stands for an unknown end, as in hcsshim. */
    int UNKNOWN_CODE = -1;

    /**
     * Returns the status of a process that called {@code exit}.
     *
     * @param code 0 to 255
     * @return the status
     */
    static ExitStatus exited(int code) {
        return new Exited(code);
    }

    /**
     * Returns the status of a process that a signal killed.
     *
     * @param signal the signal
     * @return the status, without a core dump
     */
    static ExitStatus signaled(Signal signal) {
        return new Signaled(signal, false);
    }

    /**
     * Returns the status of a process whose end nobody could observe.
     *
     * @return the unknown status
     */
    static ExitStatus unknown() {
        return Unknown.INSTANCE;
    }

    /**
     * Reads the integer by which shells and OCI runtimes report an end: above 128 it is taken for 128 + signal, which
     * is a convention and not a proof.
     *
     * @param code 0 to 255, or {@value #UNKNOWN_CODE}
     * @return the status
     */
    static ExitStatus fromShellCode(int code) {
        if (code == UNKNOWN_CODE) {
            return unknown();
        }
        boolean bySignal = code > 128 && code <= 128 + 64;
        return bySignal ? signaled(Signal.of(code - 128)) : exited(code);
    }

    /**
     * Returns the end as one integer, as a shell would: the exit code, 128 + the signal's number, or
     * {@value #UNKNOWN_CODE} for an unknown end.
     *
     * @return the integer
     */
    int code();

    /**
     * Says whether the process exited with code 0.
     *
     * @return true only for a known and clean exit
     */
    default boolean isSuccess() {
        return code() == 0;
    }

    /**
     * The process called {@code exit}.
     *
     * @param code 0 to 255
     */
    record Exited(int code) implements ExitStatus {
        /**
         * Checks the code.
         *
         * @param code 0 to 255
         * @throws IllegalArgumentException if the code is not from 0 to 255
         */
        public Exited {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("exit code must be from 0 to 255, was " + code);
            }
        }

        @Override
        public String toString() {
            return "exit status " + code;
        }
    }

    /**
     * A signal killed the process.
     *
     * @param signal the signal
     * @param coreDumped whether the kernel wrote a core dump
     */
    record Signaled(Signal signal, boolean coreDumped) implements ExitStatus {
        @Override
        public int code() {
            return 128 + signal.number();
        }

        @Override
        public String toString() {
            return "signal " + signal + (coreDumped ? " (core dumped)" : "");
        }
    }

    /** Nobody could observe the end. */
    enum Unknown implements ExitStatus {
        /** The one unknown status. */
        INSTANCE;

        @Override
        public int code() {
            return UNKNOWN_CODE;
        }

        @Override
        public String toString() {
            return "exit status unknown";
        }
    }
}
