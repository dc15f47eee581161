// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

/**
 * The size of a terminal, in characters.
 *
 * @param rows 1 to 65535
 * @param columns 1 to 65535
 */
public record TerminalSize(int rows, int columns) {
    private static final int MAX = 0xFFFF;

    /**
     * Checks the size.
     *
     * @param rows 1 to 65535
     * @param columns 1 to 65535
     * @throws IllegalArgumentException if one is out of its range
     */
    public TerminalSize {
        if (rows < 1 || rows > MAX || columns < 1 || columns > MAX) {
            throw new IllegalArgumentException(
                    "terminal rows and columns must be from 1 to " + MAX + ", were " + rows + " and " + columns);
        }
    }
}
