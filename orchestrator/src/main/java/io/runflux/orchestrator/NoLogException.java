// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;

/** The output of a container is not written to a file that could be read. */
public final class NoLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The container. */
    private final transient ContainerId id;

    /**
     * Creates an error.
     *
     * @param id the container
     */
    public NoLogException(ContainerId id) {
        super("container " + id + " has no log in a file", null, true, false);
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
