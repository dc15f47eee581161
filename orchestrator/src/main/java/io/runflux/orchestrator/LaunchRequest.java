// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to launch, and how: a container that goes on by itself. Paths are those of its machine.
 *
 * @param id the container, which must not exist yet
 * @param source its bundle
 * @param streams how its streams are connected
 * @param gracePeriod how long it may take between the polite signal and the kill when the orchestrator ends it
 * @param drainTimeout how long to go on reading after the exit, in case something else holds a stream
 * @param parentDeathSignal what a process of the host runtime gets when the JVM dies without stopping it, or null for
 *     nothing; needs setpriv(1) and root; containers of other runtimes live on
 * @param networks what it is attached to, or null for the network of its configuration
 * @param removedAtEnd whether it is removed when it has ended, and its output with it
 */
public record LaunchRequest(
        ContainerId id,
        BundleSource source,
        LaunchStreams streams,
        Duration gracePeriod,
        Duration drainTimeout,
        @Nullable Signal parentDeathSignal,
        @Nullable ContainerNetworks networks,
        boolean removedAtEnd) {
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);

    /**
     * Checks the values.
     *
     * @param id the container, which must not exist yet
     * @param source its bundle
     * @param streams how its streams are connected
     * @param gracePeriod how long stopping may take before the kill
     * @param drainTimeout how long to go on reading after the exit
     * @param parentDeathSignal what a process of the host runtime gets when the JVM dies, or null for nothing
     * @param networks what it is attached to, or null for the network of its configuration
     * @param removedAtEnd whether it is removed when it has ended
     * @throws IllegalArgumentException if a duration is negative
     */
    public LaunchRequest {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(streams, "streams");
        if (gracePeriod.isNegative() || drainTimeout.isNegative()) {
            throw new IllegalArgumentException("grace period and drain timeout must not be negative, were "
                    + gracePeriod + " and " + drainTimeout);
        }
    }

    /**
     * Returns the request to launch a bundle that exists. Default: {@link LaunchStreams#none()}, ten seconds of grace,
     * ten seconds of draining, no parent-death signal, the network of its configuration, and not removed at its end.
     *
     * @param id the container, which must not exist yet
     * @param directory an absolute path to a directory with a {@code config.json}
     * @return the request
     */
    public static LaunchRequest bundle(ContainerId id, Path directory) {
        return of(id, new BundleSource.Directory(directory));
    }

    /**
     * Returns the request to launch a command in a root file system, under the terms of {@link RunRequest#rootfs}.
     * Otherwise the defaults are those of {@link #bundle}.
     *
     * @param id the container, which must not exist yet
     * @param rootfs an absolute path
     * @param command the program and its arguments
     * @return the request
     */
    public static LaunchRequest rootfs(ContainerId id, Path rootfs, List<String> command) {
        return spec(id, SpecDefaults.defaults().generate(rootfs, command));
    }

    /**
     * Returns the request to launch a configuration, for which a bundle is written that exists as long as the
     * container. The defaults are those of {@link #rootfs}.
     *
     * @param id the container, which must not exist yet
     * @param spec the configuration; the path of its root must be absolute
     * @return the request
     */
    public static LaunchRequest spec(ContainerId id, Spec spec) {
        return of(id, new BundleSource.Configuration(spec));
    }

    private static LaunchRequest of(ContainerId id, BundleSource source) {
        return new LaunchRequest(id, source, LaunchStreams.none(), DEFAULT_WAIT, DEFAULT_WAIT, null, null, false);
    }

    /**
     * Returns this request with other streams.
     *
     * @param value how its streams are connected
     * @return the request
     */
    public LaunchRequest withStreams(LaunchStreams value) {
        return new LaunchRequest(
                id, source, value, gracePeriod, drainTimeout, parentDeathSignal, networks, removedAtEnd);
    }

    /**
     * Returns this request with another grace period.
     *
     * @param value zero kills at once
     * @return the request
     */
    public LaunchRequest withGracePeriod(Duration value) {
        return new LaunchRequest(id, source, streams, value, drainTimeout, parentDeathSignal, networks, removedAtEnd);
    }

    /**
     * Returns this request with another drain timeout.
     *
     * @param value zero reads nothing after the exit
     * @return the request
     */
    public LaunchRequest withDrainTimeout(Duration value) {
        return new LaunchRequest(id, source, streams, gracePeriod, value, parentDeathSignal, networks, removedAtEnd);
    }

    /**
     * Returns this request with another parent-death signal.
     *
     * @param value what a process of the host runtime gets when the JVM dies, or null for nothing
     * @return the request
     */
    public LaunchRequest withParentDeathSignal(@Nullable Signal value) {
        return new LaunchRequest(id, source, streams, gracePeriod, drainTimeout, value, networks, removedAtEnd);
    }

    /**
     * Returns this request with networks, under the terms of {@link RunRequest#withNetworks}.
     *
     * @param value what it is attached to, or null for the network of its configuration
     * @return the request
     */
    public LaunchRequest withNetworks(@Nullable ContainerNetworks value) {
        return new LaunchRequest(
                id, source, streams, gracePeriod, drainTimeout, parentDeathSignal, value, removedAtEnd);
    }

    /**
     * Returns this request with another answer to whether the container is removed.
     *
     * @param value whether it is removed when it has ended
     * @return the request
     */
    public LaunchRequest withRemovedAtEnd(boolean value) {
        return new LaunchRequest(id, source, streams, gracePeriod, drainTimeout, parentDeathSignal, networks, value);
    }

    /** Returns the request of the run that a launch is, with the work on its streams. */
    RunRequest toRun(ContainerStreams work) {
        return new RunRequest(id, source, work, null, gracePeriod, drainTimeout, parentDeathSignal, networks);
    }
}
