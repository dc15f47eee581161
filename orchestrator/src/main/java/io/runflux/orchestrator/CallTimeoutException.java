// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.OciRuntimeException;
import io.runflux.runtime.RuntimeTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call of the runtime took longer than it may, and was ended. What it was about may be done in part, or may be done
 * and not have been told; so the state of the container was read after a call that changes it.
 */
public final class CallTimeoutException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the container was found to be, or null. */
    private final @Nullable ContainerStatus status;

    /**
     * Creates an error.
     *
     * @param operation what the runtime did not do, such as {@code start container c1}
     * @param timeout how long it was waited for
     */
    public CallTimeoutException(String operation, Duration timeout) {
        this("the runtime did not " + operation + " within " + timeout, null, null);
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     * @param status what the container was found to be, or null if there is none, or nobody looked
     */
    public CallTimeoutException(String message, @Nullable ContainerStatus status) {
        this(message, status, null);
    }

    CallTimeoutException(String operation, RuntimeTimeoutException cause) {
        this("the runtime did not " + operation + " in time", null, cause);
    }

    private CallTimeoutException(String message, @Nullable ContainerStatus status, @Nullable Throwable cause) {
        super(message, null, cause);
        this.status = status;
    }

    /** Returns the same error with what was found after it: a status, or null for no container. */
    CallTimeoutException withFound(@Nullable ContainerStatus found) {
        String words = found == null ? "; there is no such container" : "; the container is " + found;
        return new CallTimeoutException(summary() + words, found, getCause());
    }

    /**
     * Returns what the container was found to be after the call was ended.
     *
     * @return the status; null if there was no such container, which the message says, if it could not be read, or if
     *     the call changes none
     */
    public @Nullable ContainerStatus status() {
        return status;
    }
}
