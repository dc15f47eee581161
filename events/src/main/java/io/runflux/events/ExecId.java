// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

/**
 * The id of a further process in a container: letters and digits with single {@code .}, {@code _} or {@code -} between
 * them, at most 76 characters, so that it can never be read as a path or as an option of a command.
 *
 * @param value the bare id
 */
public record ExecId(String value) implements Comparable<ExecId> {
    /**
     * Checks the id.
     *
     * @param value the bare id
     * @throws IllegalArgumentException if the value is not such an id; the message says what was given
     */
    public ExecId {
        Identifiers.check("exec id", value);
    }

    /**
     * Returns the id with that value.
     *
     * @param value the bare id
     * @return the id
     */
    public static ExecId of(String value) {
        return new ExecId(value);
    }

    @Override
    public int compareTo(ExecId other) {
        return value.compareTo(other.value);
    }

    /** Returns the bare id. */
    @Override
    public String toString() {
        return value;
    }
}
