// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExecId;
import io.runflux.oci.OciProcess;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What to run in a running container, and how.
 *
 * @param id the container
 * @param execId by what events name the process; no two of a container should have the same
 * @param process the process
 * @param streams what is done with its standard streams
 * @param timeout how long it may take from the beginning to the end of its output, or null for as long as it likes
 * @param drainTimeout how long to go on reading after the exit, in case something else holds a stream
 */
public record ExecRequest(
        ContainerId id,
        ExecId execId,
        ExecProcess process,
        ContainerStreams streams,
        @Nullable Duration timeout,
        Duration drainTimeout) {
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(10);

    /**
     * Checks the values.
     *
     * @param id the container
     * @param execId by what events name the process
     * @param process the process
     * @param streams what is done with its standard streams
     * @param timeout how long it may take, or null for as long as it likes
     * @param drainTimeout how long to go on reading after the exit
     * @throws IllegalArgumentException if the timeout is not more than zero, or the drain timeout is negative
     */
    public ExecRequest {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(execId, "execId");
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(streams, "streams");
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("timeout must be more than zero, was " + timeout);
        }
        if (drainTimeout.isNegative()) {
            throw new IllegalArgumentException("drain timeout must not be negative, was " + drainTimeout);
        }
    }

    /**
     * Returns the request to run a command as the container's own process is configured, see
     * {@link ExecProcess.Command}: with its environment, user and working directory. The defaults are those of
     * {@link #of(ContainerId, ExecProcess)}.
     *
     * @param id the container
     * @param command the program and its arguments
     * @return the request
     */
    public static ExecRequest of(ContainerId id, List<String> command) {
        return of(id, ExecProcess.Command.of(command));
    }

    /**
     * Returns the request to run a process of which all is said: nothing is taken from the container's own, not even a
     * {@code PATH}. The defaults are those of {@link #of(ContainerId, ExecProcess)}.
     *
     * @param id the container
     * @param process the process
     * @return the request
     */
    public static ExecRequest of(ContainerId id, OciProcess process) {
        return of(id, new ExecProcess.Whole(process));
    }

    /**
     * Returns the request to run a process. Default: a random exec id, null device, no time limit, ten seconds of
     * draining.
     *
     * @param id the container
     * @param process the process
     * @return the request
     */
    public static ExecRequest of(ContainerId id, ExecProcess process) {
        return of(id, randomId(), process);
    }

    /** As {@link #of(ContainerId, ExecProcess)}, where a random id is not wanted. */
    static ExecRequest of(ContainerId id, ExecId execId, ExecProcess process) {
        return new ExecRequest(id, execId, process, ContainerStreams.none(), null, DEFAULT_DRAIN);
    }

    /**
     * Returns an id that no other process has. Unlike that of a random UUID, its making waits for nothing.
     *
     * @return a random id
     */
    public static ExecId randomId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new ExecId(new UUID(random.nextLong(), random.nextLong()).toString());
    }

    /**
     * Returns this request with another exec id.
     *
     * @param value by what events name the process
     * @return the request
     */
    public ExecRequest withExecId(ExecId value) {
        return new ExecRequest(id, value, process, streams, timeout, drainTimeout);
    }

    /**
     * Returns this request with further variables, each instead of those of its name.
     *
     * @param added variables as {@code NAME=value}
     * @return the request
     * @throws IllegalArgumentException if one has no name
     */
    public ExecRequest withEnvironment(List<String> added) {
        return new ExecRequest(id, execId, process.withAddedEnv(added), streams, timeout, drainTimeout);
    }

    /**
     * Returns this request with other streams. On a terminal the process gets {@code terminal} and the size set.
     *
     * @param value what is done with the standard streams
     * @return the request
     */
    public ExecRequest withStreams(ContainerStreams value) {
        return new ExecRequest(id, execId, process, value, timeout, drainTimeout);
    }

    /**
     * Returns this request with another time limit.
     *
     * @param value more than zero, or null for none
     * @return the request
     */
    public ExecRequest withTimeout(@Nullable Duration value) {
        return new ExecRequest(id, execId, process, streams, value, drainTimeout);
    }

    /**
     * Returns this request with another drain timeout.
     *
     * @param value zero reads nothing after the exit
     * @return the request
     */
    public ExecRequest withDrainTimeout(Duration value) {
        return new ExecRequest(id, execId, process, streams, timeout, value);
    }
}
