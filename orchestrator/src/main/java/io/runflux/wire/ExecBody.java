// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.ContainerId;
import io.runflux.events.ExecId;
import io.runflux.oci.OciProcess;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.ExecRequest;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The request to run a further process. Left out, the id is a random one, the streams are the null device, there is no
 * time limit, and output is read for ten seconds after the exit.
 *
 * @param execId by what events name the process
 * @param process the process
 * @param streams which streams are carried
 * @param timeout how long it may take, or null for as long as it likes
 * @param drainTimeout how long to go on reading after the exit
 */
public record ExecBody(
        ExecId execId,
        OciProcess process,
        StreamSettings streams,
        @Nullable Duration timeout,
        Duration drainTimeout) {
    /**
     * Checks the values.
     *
     * @param execId by what events name the process, or null for a random id
     * @param process the process
     * @param streams which streams are carried
     * @param timeout how long it may take, or null for as long as it likes
     * @param drainTimeout how long to go on reading after the exit
     */
    public ExecBody {
        execId = Objects.requireNonNullElseGet(execId, ExecRequest::randomId);
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(streams, "streams");
        Objects.requireNonNull(drainTimeout, "drainTimeout");
    }

    /**
     * Returns what a request says but for the container, which the path names.
     *
     * @param request the request
     * @return the body
     * @throws io.runflux.runtime.NotSupportedException if its streams are connected to something at this end
     */
    public static ExecBody of(ExecRequest request) {
        return new ExecBody(
                request.execId(),
                request.process(),
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
        return new ExecRequest(id, execId, process, work, timeout, drainTimeout);
    }
}
