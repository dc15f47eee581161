// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.ContainerId;
import io.runflux.events.ExecId;
import io.runflux.oci.OciProcess;
import io.runflux.oci.User;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.ExecProcess;
import io.runflux.orchestrator.ExecRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The request to run a further process: a command as if the container's own process executed it, see
 * {@link ExecProcess.Command}, or a process of which all is said. Left out, the id is a random one, the streams are the
 * null device, there is no time limit, and output is read for ten seconds after the exit.
 *
 * @param execId by what events name the process
 * @param command the program and its arguments, or null if there is a process
 * @param env variables as {@code NAME=value} beside those of the container's process; with a command
 * @param cwd the working directory, or null for that of the container's process; with a command
 * @param user who it runs as, or null for the user of the container's process; with a command
 * @param process the process, or null if there is a command
 * @param streams which streams are carried
 * @param timeout how long it may take, or null for as long as it likes
 * @param drainTimeout how long to go on reading after the exit
 */
public record ExecBody(
        ExecId execId,
        @Nullable List<String> command,
        List<String> env,
        @Nullable String cwd,
        @Nullable User user,
        @Nullable OciProcess process,
        StreamSettings streams,
        @Nullable Duration timeout,
        Duration drainTimeout) {
    /**
     * Checks the values.
     *
     * @param execId by what events name the process, or null for a random id
     * @param command the program and its arguments, or null
     * @param env variables as {@code NAME=value}
     * @param cwd the working directory, or null
     * @param user who it runs as, or null
     * @param process the process, or null
     * @param streams which streams are carried
     * @param timeout how long it may take, or null for as long as it likes
     * @param drainTimeout how long to go on reading after the exit
     * @throws IllegalArgumentException if there is neither a command nor a process, or both, or beside a process what
     *     goes with a command
     */
    public ExecBody {
        execId = Objects.requireNonNullElseGet(execId, ExecRequest::randomId);
        Objects.requireNonNull(env, "env");
        Objects.requireNonNull(streams, "streams");
        Objects.requireNonNull(drainTimeout, "drainTimeout");
        if ((command == null) == (process == null)) {
            throw new IllegalArgumentException("it must have a command or a process, and not both");
        }
        if (process != null && (!env.isEmpty() || cwd != null || user != null)) {
            throw new IllegalArgumentException("env, cwd and user go with a command; a process has its own");
        }
        command = command == null ? null : List.copyOf(command);
        env = List.copyOf(env);
    }

    /**
     * Returns what a request says but for the container, which the path names.
     *
     * @param request the request
     * @return the body
     * @throws io.runflux.runtime.NotSupportedException if its streams are connected to something at this end
     */
    public static ExecBody of(ExecRequest request) {
        ExecProcess.Command command = request.process() instanceof ExecProcess.Command asked ? asked : null;
        return new ExecBody(
                request.execId(),
                command == null ? null : command.args(),
                command == null ? List.of() : command.env(),
                command == null ? null : command.cwd(),
                command == null ? null : command.user(),
                request.process() instanceof ExecProcess.Whole whole ? whole.process() : null,
                StreamSettings.of(request.streams().stdio()),
                request.timeout(),
                request.drainTimeout());
    }

    /**
     * Returns the request.
     *
     * @param id the container
     * @param work what is done with the streams
     * @return the request
     * @throws IllegalArgumentException if there is no such request
     */
    public ExecRequest toRequest(ContainerId id, ContainerStreams work) {
        return new ExecRequest(id, execId, toProcess(), work, timeout, drainTimeout);
    }

    private ExecProcess toProcess() {
        return process == null
                ? new ExecProcess.Command(Objects.requireNonNull(command), env, cwd, user)
                : new ExecProcess.Whole(process);
    }
}
