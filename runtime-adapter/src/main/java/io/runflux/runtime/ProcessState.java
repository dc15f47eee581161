// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.util.List;

/**
 * A process in a container.
 *
 * @param pid what the runtime calls it
 * @param command its command line; with runsc the name of the program alone; empty if it has ended
 * @param createdByRuntime whether this runtime started it, rather than another process in the container
 * @param isZombie whether it has ended, and is still on record or not yet reaped
 */
public record ProcessState(int pid, List<String> command, boolean createdByRuntime, boolean isZombie) {
    /**
     * Copies the values.
     *
     * @param pid what the runtime calls it
     * @param command its command line
     * @param createdByRuntime whether this runtime started it
     * @param isZombie whether it has ended
     */
    public ProcessState {
        command = List.copyOf(command);
    }
}
