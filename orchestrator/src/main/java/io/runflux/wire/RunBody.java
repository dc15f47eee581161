// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.orchestrator.BundleSource;
import io.runflux.orchestrator.ContainerNetworks;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.RunRequest;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.RestoreOptions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The request to run a container. What is left out has {@link RunRequest}'s default.
 *
 * @param id the container
 * @param source its bundle
 * @param streams which streams are carried
 * @param timeout how long it may take, or null for as long as it likes
 * @param gracePeriod how long it may take from the stop signal to the kill
 * @param drainTimeout how long to go on reading after the exit
 * @param parentDeathSignal what it gets when its JVM dies, or null for nothing
 * @param networks what it is attached to, or null for no network of its own
 * @param image what it goes on from, or null if it begins; what that says of the creation is not carried
 */
public record RunBody(
        ContainerId id,
        BundleSource source,
        StreamSettings streams,
        @Nullable Duration timeout,
        Duration gracePeriod,
        Duration drainTimeout,
        @Nullable Signal parentDeathSignal,
        @Nullable ContainerNetworks networks,
        @Nullable RestoreOptions image) {
    /**
     * Checks the values.
     *
     * @param id the container
     * @param source its bundle
     * @param streams which streams are carried
     * @param timeout how long it may take, or null for as long as it likes
     * @param gracePeriod how long it may take from the stop signal to the kill
     * @param drainTimeout how long to go on reading after the exit
     * @param parentDeathSignal what it gets when its JVM dies, or null for nothing
     * @param networks what it is attached to, or null for no network of its own
     * @param image what it goes on from, or null if it begins
     */
    public RunBody {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(streams, "streams");
        Objects.requireNonNull(gracePeriod, "gracePeriod");
        Objects.requireNonNull(drainTimeout, "drainTimeout");
        image = image == null ? null : image.withCreate(CreateOptions.defaults());
    }

    /**
     * Returns what a request says.
     *
     * @param request the request
     * @return the body
     * @throws io.runflux.runtime.NotSupportedException if its streams are connected to something at this end
     */
    public static RunBody of(RunRequest request) {
        return new RunBody(
                request.id(),
                request.source(),
                StreamSettings.of(request.streams().stdio()),
                request.timeout(),
                request.gracePeriod(),
                request.drainTimeout(),
                request.parentDeathSignal(),
                request.networks(),
                request.image());
    }

    /**
     * Returns the request.
     *
     * @param work what is done with the streams
     * @return the request
     * @throws IllegalArgumentException if there is no such request
     */
    public RunRequest toRequest(ContainerStreams work) {
        return new RunRequest(id, source, work, timeout, gracePeriod, drainTimeout, parentDeathSignal, networks, image);
    }
}
