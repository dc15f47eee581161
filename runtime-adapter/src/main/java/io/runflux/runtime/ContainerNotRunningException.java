// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerStatus;
import org.jspecify.annotations.Nullable;

/** A container has no process that could be signalled, asked about or joined. */
public final class ContainerNotRunningException extends IllegalContainerStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param id the container
     * @param operation what was asked for
     * @param actual the state it is in, or null where the runtime does not tell
     * @param failed the command that failed, or null if none did
     */
    public ContainerNotRunningException(
            ContainerId id,
            ContainerOperation operation,
            @Nullable ContainerStatus actual,
            @Nullable FailedCommand failed) {
        super(id, operation, actual, failed);
    }
}
