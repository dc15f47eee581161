// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;

/** As many operations as may wait for one container wait for it. The one that failed with this was not begun. */
public final class TooManyOperationsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The container. */
    private final transient ContainerId id;

    /**
     * Creates an error.
     *
     * @param id the container
     * @param waiting how many wait for it, or are under way
     */
    public TooManyOperationsException(ContainerId id, int waiting) {
        super(waiting + " operations on container " + id + " wait already", null, true, false);
        this.id = id;
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     * @param id the container
     */
    public TooManyOperationsException(String message, ContainerId id) {
        super(message, null, true, false);
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
