// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.oci.ContainerStatus;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be done with a container that exists, and in which states it can be done. */
public enum ContainerOperation {
    /** Start the program of a created container. */
    START,
    /** Send a signal to its processes. */
    KILL,
    /** Run a further process in it. */
    EXEC,
    /** Remove it, without force. */
    DELETE,
    /** Freeze it. */
    PAUSE,
    /** Thaw it. */
    RESUME,
    /** Change its limits. */
    UPDATE,
    /** List its processes. */
    PS,
    /** Ask what it uses. */
    STATS,
    /** Subscribe to its events. */
    EVENTS,
    /** Write an image of it. */
    CHECKPOINT;

    /**
     * Returns the states in which the operation can be done.
     *
     * @return the states
     */
    public Set<ContainerStatus> allowedStatuses() {
        return switch (this) {
            case START -> Set.of(ContainerStatus.CREATED);
            case KILL -> Set.of(ContainerStatus.CREATED, ContainerStatus.RUNNING, ContainerStatus.PAUSED);
            case EXEC, PAUSE -> Set.of(ContainerStatus.RUNNING);
            case RESUME -> Set.of(ContainerStatus.PAUSED);
            case UPDATE, PS, STATS, EVENTS, CHECKPOINT ->
                Set.of(ContainerStatus.CREATED, ContainerStatus.RUNNING, ContainerStatus.PAUSED);
            case DELETE -> Set.of(ContainerStatus.CREATED, ContainerStatus.STOPPED);
        };
    }

    /**
     * Says whether the operation can be done in that state.
     *
     * @param status the state
     * @return whether it can
     */
    public boolean isAllowedIn(ContainerStatus status) {
        return allowedStatuses().contains(status);
    }

    String allowedWords() {
        return allowedStatuses().stream().map(ContainerStatus::word).sorted().collect(Collectors.joining(" or "));
    }

    /** Returns the words between "cannot" and "container". */
    @Override
    public String toString() {
        return switch (this) {
            case EXEC -> "exec in";
            case PS -> "list the processes of";
            case STATS -> "read the statistics of";
            case EVENTS -> "subscribe to the events of";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }
}
