// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import org.jspecify.annotations.Nullable;

/** A container has no such process. */
public final class NoSuchProcessException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param id the container
     * @param pid the process
     * @param failed the command that failed, or null if none did
     */
    public NoSuchProcessException(ContainerId id, int pid, @Nullable FailedCommand failed) {
        super("container " + id + " has no process " + pid, failed, null);
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     * @param failed the command that failed, or null if there is none
     */
    public NoSuchProcessException(String message, @Nullable FailedCommand failed) {
        super(message, failed, null);
    }
}
