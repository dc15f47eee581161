// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

/**
 * Which standard streams of a process are wanted; each of the others is the null device. Beside a terminal, which takes
 * the place of all three, nothing can be left out.
 *
 * @param stdin whether something is to be sent to its standard input
 * @param stdout whether its standard output is to be read
 * @param stderr whether its standard error is to be read
 */
public record Pipes(boolean stdin, boolean stdout, boolean stderr) {
    /**
     * Returns none of them.
     *
     * @return the null device for all three
     */
    public static Pipes none() {
        return new Pipes(false, false, false);
    }

    /**
     * Returns all three.
     *
     * @return a pipe each
     */
    public static Pipes all() {
        return new Pipes(true, true, true);
    }
}
