// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.oci.ContainerStatus;
import java.util.Locale;
import java.util.Set;

/**
 * What changes the state of a container: the one table of its life. What may be asked for in which state follows from
 * it, and is in {@link io.runflux.runtime.ContainerOperation#allowedStatuses()}.
 *
 * <table>
 * <caption>From which state to which</caption>
 * <tr><th>transition</th><th>from</th><th>to</th><th>by</th></tr>
 * <tr><td>create</td><td>creating</td><td>created</td><td>{@link Orchestrator#create}</td></tr>
 * <tr><td>start</td><td>created</td><td>running</td><td>{@link Orchestrator#start}</td></tr>
 * <tr><td>pause</td><td>running</td><td>paused</td><td>{@link Orchestrator#pause}</td></tr>
 * <tr><td>resume</td><td>paused</td><td>running</td><td>{@link Orchestrator#resume}</td></tr>
 * <tr><td>exit</td><td>created, running, paused</td><td>stopped</td><td>itself, or whoever kills it</td></tr>
 * <tr><td>restart</td><td>stopped</td><td>creating</td><td>its {@link RestartPolicy}</td></tr>
 * <tr><td>fail</td><td>creating</td><td>stopped</td><td>a restart that did not create it</td></tr>
 * </table>
 *
 * <p>A container begins as creating, and is gone after {@link Orchestrator#remove}, from created or stopped, or by
 * force from any. Launching and restoring are create and start; stopping is a way to exit.
 */
public enum ContainerTransition {
    /** The runtime has made it; its program waits. */
    CREATE,
    /** Its program runs. */
    START,
    /** Its processes stand still. */
    PAUSE,
    /** Its processes go on. */
    RESUME,
    /** Its init process has ended. */
    EXIT,
    /** It was deleted, to be made once more. */
    RESTART,
    /** It could not be made once more. */
    FAIL;

    /**
     * Returns the states that it leads from.
     *
     * @return the states
     */
    public Set<ContainerStatus> sources() {
        return switch (this) {
            case CREATE -> Set.of(ContainerStatus.CREATING);
            case START -> Set.of(ContainerStatus.CREATED);
            case PAUSE -> Set.of(ContainerStatus.RUNNING);
            case RESUME -> Set.of(ContainerStatus.PAUSED);
            case EXIT -> Set.of(ContainerStatus.CREATED, ContainerStatus.RUNNING, ContainerStatus.PAUSED);
            case RESTART -> Set.of(ContainerStatus.STOPPED);
            case FAIL -> Set.of(ContainerStatus.CREATING);
        };
    }

    /**
     * Returns the state that it leads to.
     *
     * @return the state
     */
    public ContainerStatus target() {
        return switch (this) {
            case CREATE -> ContainerStatus.CREATED;
            case START, RESUME -> ContainerStatus.RUNNING;
            case PAUSE -> ContainerStatus.PAUSED;
            case EXIT, FAIL -> ContainerStatus.STOPPED;
            case RESTART -> ContainerStatus.CREATING;
        };
    }

    /**
     * Says whether it is possible in a state.
     *
     * @param status the state
     * @return whether it is
     */
    public boolean isPossibleFrom(ContainerStatus status) {
        return sources().contains(status);
    }

    /** Returns the word, such as {@code pause}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
