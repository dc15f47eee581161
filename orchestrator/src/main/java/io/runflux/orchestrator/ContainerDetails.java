// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.oci.ContainerState;
import io.runflux.stdio.StdioUri;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a container.
 *
 * @param info what the orchestrator knows
 * @param state what the runtime tells, or null as long as it does not know the container
 * @param streams how its streams are connected, or null if it is none that the orchestrator has launched
 * @param attached how many are attached to it
 * @param supervision how it is looked after, or null if it is none that the orchestrator has launched
 * @param health what came of its last probe, or null if it is not probed
 */
public record ContainerDetails(
        ContainerInfo info,
        @Nullable ContainerState state,
        @Nullable LaunchStreams streams,
        int attached,
        @Nullable Supervision supervision,
        @Nullable HealthReport health) {
    /**
     * Checks the values.
     *
     * @param info what the orchestrator knows
     * @param state what the runtime tells, or null
     * @param streams how its streams are connected, or null
     * @param attached how many are attached to it
     * @param supervision how it is looked after, or null
     * @param health what came of its last probe, or null
     */
    public ContainerDetails {
        Objects.requireNonNull(info, "info");
    }

    /**
     * Returns where its output is written.
     *
     * @return the log, or null if there is none
     */
    public @Nullable StdioUri log() {
        return streams == null ? null : streams.log();
    }
}
