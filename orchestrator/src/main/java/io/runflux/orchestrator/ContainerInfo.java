// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A container as it was at one moment.
 *
 * @param id the container
 * @param status where it is in its life
 * @param runtime the name of the runtime that it is a container of
 * @param bundle the path of its bundle on its machine, or null as long as there is none
 * @param pid its init process in the numbers of its machine, or null if there is none
 * @param createdAt when it was created, or null if it is not, or nobody knows
 * @param startedAt when its program was started, or null if it was not, or nobody knows
 * @param exitedAt when it ended, or null if it has not, or nobody saw it
 * @param exitStatus how it ended, or null if it has not; unknown if nobody saw it
 * @param notes what else was noted of it
 */
public record ContainerInfo(
        ContainerId id,
        ContainerStatus status,
        String runtime,
        @Nullable String bundle,
        @Nullable Integer pid,
        @Nullable Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant exitedAt,
        @Nullable ExitStatus exitStatus,
        ContainerNotes notes) {
    /**
     * Checks the values.
     *
     * @param id the container
     * @param status where it is in its life
     * @param runtime the name of the runtime
     * @param bundle the path of its bundle, or null
     * @param pid its init process, or null
     * @param createdAt when it was created, or null
     * @param startedAt when its program was started, or null
     * @param exitedAt when it ended, or null
     * @param exitStatus how it ended, or null
     * @param notes what else was noted of it
     * @throws IllegalArgumentException if it is stopped without an exit status, or has one and is not
     */
    public ContainerInfo {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(runtime, "runtime");
        Objects.requireNonNull(notes, "notes");
        if ((status == ContainerStatus.STOPPED) != (exitStatus != null)) {
            throw new IllegalArgumentException("a container must have an exit status if it is stopped, and only then, "
                    + "was " + status + " with " + exitStatus);
        }
    }

    /** Begins the life of a container. */
    static ContainerInfo creating(ContainerId id, String runtime) {
        return creating(id, runtime, ContainerNotes.none());
    }

    private static ContainerInfo creating(ContainerId id, String runtime, ContainerNotes notes) {
        return new ContainerInfo(id, ContainerStatus.CREATING, runtime, null, null, null, null, null, null, notes);
    }

    /** Returns what a runtime tells; how it ended is not told. */
    static ContainerInfo of(ContainerState state, String runtime) {
        ExitStatus exit = state.status() == ContainerStatus.STOPPED ? ExitStatus.unknown() : null;
        return new ContainerInfo(
                ContainerId.of(state.id()),
                state.status(),
                runtime,
                state.bundle(),
                exit == null ? state.pid() : null,
                state.created(),
                null,
                null,
                exit,
                ContainerNotes.none());
    }

    ContainerInfo created(String path, int initPid, Instant at) {
        ContainerStatus next = ContainerTransition.CREATE.target();
        return new ContainerInfo(id, next, runtime, path, toPid(initPid), at, null, null, null, notes);
    }

    ContainerInfo started(int initPid, Instant at) {
        ContainerStatus next = ContainerTransition.START.target();
        return new ContainerInfo(id, next, runtime, bundle, toPid(initPid), createdAt, at, null, null, notes);
    }

    ContainerInfo exited(ExitStatus how, @Nullable Instant at) {
        ContainerStatus next = ContainerTransition.EXIT.target();
        return new ContainerInfo(id, next, runtime, bundle, null, createdAt, startedAt, at, how, notes);
    }

    /** Begins a further life. */
    ContainerInfo begunAgain() {
        return creating(id, runtime, notes.begunAgain());
    }

    /** For those between which it runs on, paused or not. */
    ContainerInfo withStatus(ContainerStatus value) {
        return new ContainerInfo(id, value, runtime, bundle, pid, createdAt, startedAt, exitedAt, exitStatus, notes);
    }

    ContainerInfo withNotes(ContainerNotes value) {
        return new ContainerInfo(id, status, runtime, bundle, pid, createdAt, startedAt, exitedAt, exitStatus, value);
    }

    private static @Nullable Integer toPid(int initPid) {
        return initPid > 0 ? initPid : null;
    }
}
