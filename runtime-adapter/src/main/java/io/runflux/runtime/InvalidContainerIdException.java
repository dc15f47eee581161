// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import org.jspecify.annotations.Nullable;

/** The runtime does not take that id. */
public final class InvalidContainerIdException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param id the id
     * @param failed the command that failed, or null if none did
     */
    public InvalidContainerIdException(ContainerId id, @Nullable FailedCommand failed) {
        super("the runtime does not take the id " + id, failed, null);
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     * @param failed the command that failed, or null if there is none
     */
    public InvalidContainerIdException(String message, @Nullable FailedCommand failed) {
        super(message, failed, null);
    }
}
