// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import org.jspecify.annotations.Nullable;

/** There is no container of that id. */
public final class NoSuchContainerException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /** The container. */
    private final transient ContainerId id;

    /**
     * Creates an error.
     *
     * @param id the container
     * @param failed the command that failed, or null if none did
     */
    public NoSuchContainerException(ContainerId id, @Nullable FailedCommand failed) {
        super("no such container: " + id, failed, null);
        this.id = id;
    }

    /**
     * Returns the container.
     *
     * @return the id
     */
    public ContainerId id() {
        return id;
    }
}
