// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

/**
 * How to send a signal to a container.
 *
 * @param all whether to signal all processes of the container rather than its init process alone
 */
public record KillOptions(boolean all) {
    /**
     * Returns the defaults: the init process alone.
     *
     * @return the defaults
     */
    public static KillOptions defaults() {
        return new KillOptions(false);
    }

    /**
     * Returns these options with another answer to whether all processes are signalled.
     *
     * @param value whether to signal all processes of the container rather than its init process alone
     * @return the options
     */
    public KillOptions withAll(boolean value) {
        return new KillOptions(value);
    }
}
