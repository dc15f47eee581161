// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which table of processes to ask for.
 *
 * @param columns those of {@code ps -o} by their names, such as {@code pid}, {@code user} and {@code comm}; empty for
 *     the runtime's own
 */
public record TopOptions(List<String> columns) {
    /** How many columns may be asked for. */
    public static final int MAX_COLUMNS = 64;

    private static final Pattern NAME = Pattern.compile("%?[A-Za-z0-9_]{1,32}");
    private static final String PID = "pid";

    /**
     * Checks and copies the values.
     *
     * @param columns those of {@code ps -o} by their names, or none
     * @throws IllegalArgumentException if there are columns without {@code pid} among them, more than
     *     {@value #MAX_COLUMNS}, or one that is no name
     */
    public TopOptions {
        columns = List.copyOf(columns);
        if (columns.size() > MAX_COLUMNS) {
            throw new IllegalArgumentException(
                    "at most " + MAX_COLUMNS + " columns can be asked for, were " + columns.size());
        }
        for (String column : columns) {
            if (!NAME.matcher(column).matches()) {
                throw new IllegalArgumentException(
                        "a column must be a name of ps -o, such as pid or %cpu, was '" + column + "'");
            }
        }
        if (!columns.isEmpty() && !columns.contains(PID)) {
            throw new IllegalArgumentException(
                    "the columns must have " + PID + " among them, were " + String.join(",", columns));
        }
    }

    /**
     * Returns the runtime's own columns.
     *
     * @return the defaults
     */
    public static TopOptions defaults() {
        return new TopOptions(List.of());
    }

    /**
     * Returns the columns of a list.
     *
     * @param columns names divided by commas, such as {@code pid,user,comm}
     * @return the options
     * @throws IllegalArgumentException if they are none
     */
    public static TopOptions parse(String columns) {
        return new TopOptions(List.of(columns.split(",", -1)));
    }

    /**
     * Returns the options of ps(1) for these columns.
     *
     * @return words of a command line; none for the runtime's own
     */
    public List<String> toArguments() {
        return columns.isEmpty() ? List.of() : List.of("-o", String.join(",", columns));
    }
}
