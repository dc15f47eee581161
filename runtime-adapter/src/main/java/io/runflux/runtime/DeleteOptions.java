// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

/**
 * How to remove a container.
 *
 * @param force whether to kill what still runs first
 */
public record DeleteOptions(boolean force) {
    /**
     * Returns the defaults: no force.
     *
     * @return the defaults
     */
    public static DeleteOptions defaults() {
        return new DeleteOptions(false);
    }

    /**
     * Returns these options with another answer to whether what runs is killed first.
     *
     * @param value whether to kill what still runs first
     * @return the options
     */
    public DeleteOptions withForce(boolean value) {
        return new DeleteOptions(value);
    }
}
