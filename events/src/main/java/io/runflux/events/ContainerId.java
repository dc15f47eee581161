// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

/**
 * The id of a container: letters and digits with single {@code .}, {@code _} or {@code -} between them, at most 76
 * characters, so that it can never be read as a path or as an option of a command.
 *
 * @param value the bare id
 */
public record ContainerId(String value) implements Comparable<ContainerId> {
    /**
     * Checks the id.
     *
     * @param value the bare id
     * @throws IllegalArgumentException if the value is not such an id; the message says what was given
     */
    public ContainerId {
        Identifiers.check("container id", value);
    }

    /**
     * Returns the id with that value.
     *
     * @param value the bare id
     * @return the id
     */
    public static ContainerId of(String value) {
        return new ContainerId(value);
    }

    @Override
    public int compareTo(ContainerId other) {
        return value.compareTo(other.value);
    }

    /** Returns the bare id. */
    @Override
    public String toString() {
        return value;
    }
}
