// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerStatus;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A container is not in a state in which that can be done with it. */
public class IllegalContainerStateException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /** The container. */
    private final transient ContainerId id;

    /** What was asked for. */
    private final ContainerOperation operation;

    /** The state the container is in, or null. */
    private final @Nullable ContainerStatus actual;

    /**
     * Creates an error.
     *
     * @param id the container
     * @param operation what was asked for
     * @param actual the state it is in, or null where the runtime does not tell
     * @param failed the command that failed, or null if none did
     */
    public IllegalContainerStateException(
            ContainerId id,
            ContainerOperation operation,
            @Nullable ContainerStatus actual,
            @Nullable FailedCommand failed) {
        super(message(id, operation, actual), failed, null);
        this.id = id;
        this.operation = operation;
        this.actual = actual;
    }

    /**
     * Returns the container.
     *
     * @return the id
     */
    public ContainerId id() {
        return id;
    }

    /**
     * Returns what was asked for.
     *
     * @return the operation
     */
    public ContainerOperation operation() {
        return operation;
    }

    /**
     * Returns the states in which it could have been done.
     *
     * @return the states
     */
    public Set<ContainerStatus> required() {
        return operation.allowedStatuses();
    }

    /**
     * Returns the state that the container is in.
     *
     * @return the state, or null where the runtime does not tell
     */
    public @Nullable ContainerStatus actual() {
        return actual;
    }

    /** Returns the same error with the state that the runtime did not tell. */
    final IllegalContainerStateException withActual(ContainerStatus status) {
        return this instanceof ContainerNotRunningException
                ? new ContainerNotRunningException(id, operation, status, failedCommand())
                : new IllegalContainerStateException(id, operation, status, failedCommand());
    }

    private static String message(ContainerId id, ContainerOperation operation, @Nullable ContainerStatus actual) {
        String state = actual == null ? "" : " in state " + actual;
        String reason = actual != null && operation.isAllowedIn(actual)
                ? "this runtime does that in other states alone"
                : "it must be " + operation.allowedWords();
        return "cannot " + operation + " container " + id + state + ": " + reason;
    }
}
