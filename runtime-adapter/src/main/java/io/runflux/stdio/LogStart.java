// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

/**
 * Where a reader begins.
 *
 * @param lastLines how many lines before the end; {@link Integer#MAX_VALUE} for all that are kept
 */
public record LogStart(int lastLines) {
    /**
     * Checks the number.
     *
     * @param lastLines 0 or more
     * @throws IllegalArgumentException if it is negative
     */
    public LogStart {
        if (lastLines < 0) {
            throw new IllegalArgumentException("number of lines must be 0 or more, was " + lastLines);
        }
    }

    /**
     * Returns the oldest line that is kept.
     *
     * @return the start
     */
    public static LogStart beginning() {
        return new LogStart(Integer.MAX_VALUE);
    }

    /**
     * Returns what is written from now on.
     *
     * @return the start
     */
    public static LogStart end() {
        return new LogStart(0);
    }

    /**
     * Returns the last lines, or all that are kept if there are fewer. Records that are part of a line count as lines
     * where the format has each on a line of its own.
     *
     * @param lines 0 or more
     * @return the start
     * @throws IllegalArgumentException if it is negative
     */
    public static LogStart last(int lines) {
        return new LogStart(lines);
    }

    boolean isBeginning() {
        return lastLines == Integer.MAX_VALUE;
    }
}
