// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;

/**
 * Somebody who was attached to a container read its output too slowly, and was cut off; the container was not slowed.
 */
public final class AttachmentTooSlowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The container. */
    private final transient ContainerId id;

    /**
     * Creates an error.
     *
     * @param id the container
     * @param waiting how many bytes may wait
     */
    public AttachmentTooSlowException(ContainerId id, long waiting) {
        super(
                "more than " + waiting + " bytes of the output of container " + id + " waited to be read",
                null,
                true,
                false);
        this.id = id;
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     * @param id the container
     */
    public AttachmentTooSlowException(String message, ContainerId id) {
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
