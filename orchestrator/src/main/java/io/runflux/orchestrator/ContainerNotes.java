// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.HealthStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the orchestrator has noted of a container beside its state.
 *
 * @param restarts how often its restart policy has started it again, the time included that it waits for
 * @param restartsAt when it will be started again, or null if it is not waiting for that; a stopped container that
 *     waits is ended for good by {@link Orchestrator#stop}
 * @param health how its last probe left it, or null if it is not probed; it stays as it was when the container pauses
 *     or ends
 * @param isOutOfMemory whether the kernel has killed a process of it for want of memory since it was created, or
 *     created again
 * @param endReason why it ended, or null if it has not, or nobody here saw it
 */
public record ContainerNotes(
        int restarts,
        @Nullable Instant restartsAt,
        @Nullable HealthStatus health,
        boolean isOutOfMemory,
        @Nullable EndReason endReason) {
    private static final ContainerNotes NONE = new ContainerNotes(0, null, null, false, null);

    /**
     * Checks the values.
     *
     * @param restarts how often its restart policy has started it again
     * @param restartsAt when it will be started again, or null
     * @param health how its last probe left it, or null
     * @param isOutOfMemory whether the kernel has killed a process of it for want of memory
     * @param endReason why it ended, or null
     * @throws IllegalArgumentException if the number is negative
     */
    public ContainerNotes {
        if (restarts < 0) {
            throw new IllegalArgumentException("restarts must be 0 or more, were " + restarts);
        }
    }

    /**
     * Returns the notes of a container of which nothing was noted.
     *
     * @return the notes
     */
    public static ContainerNotes none() {
        return NONE;
    }

    ContainerNotes waiting(int count, Instant until) {
        return new ContainerNotes(count, until, health, isOutOfMemory, endReason);
    }

    ContainerNotes waitingNoMore() {
        return new ContainerNotes(restarts, null, health, isOutOfMemory, endReason);
    }

    /** For a life that begins anew. */
    ContainerNotes begunAgain() {
        return new ContainerNotes(restarts, null, null, false, null);
    }

    ContainerNotes withHealth(@Nullable HealthStatus value) {
        return new ContainerNotes(restarts, restartsAt, value, isOutOfMemory, endReason);
    }

    ContainerNotes outOfMemory() {
        return new ContainerNotes(restarts, restartsAt, health, true, endReason);
    }

    /** What was asked for counts first. */
    ContainerNotes ended(@Nullable EndReason asked, boolean isSuccess) {
        EndReason own = isOutOfMemory && !isSuccess ? EndReason.MEMORY : EndReason.PROGRAM;
        return new ContainerNotes(restarts, restartsAt, health, isOutOfMemory, asked == null ? own : asked);
    }
}
