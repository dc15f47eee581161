// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.runtime.RestoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to run, and how.
 *
 * @param id the container, which must not exist yet
 * @param source its bundle
 * @param streams what is done with its standard streams
 * @param timeout how long it may take from the beginning to the end of its output, or null for as long as it likes
 * @param gracePeriod how long a container that has to be stopped may take between the polite signal and the kill
 * @param drainTimeout how long to go on reading after the exit, in case something else holds a stream
 * @param parentDeathSignal what a process of the host runtime gets when this JVM dies without stopping it, or null for
 *     nothing; needs setpriv(1) and this host's root; containers of other runtimes live on
 * @param networks what it is attached to, or null for the network of its configuration
 * @param image where the image is that it goes on from, on the machine of the container, and how to go on, or null if
 *     it begins; what it says of the creation does not count, the request does
 */
public record RunRequest(
        ContainerId id,
        BundleSource source,
        ContainerStreams streams,
        @Nullable Duration timeout,
        Duration gracePeriod,
        Duration drainTimeout,
        @Nullable Signal parentDeathSignal,
        @Nullable ContainerNetworks networks,
        @Nullable RestoreOptions image) {
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);

    /**
     * Checks the values.
     *
     * @param id the container, which must not exist yet
     * @param source its bundle
     * @param streams what is done with its standard streams
     * @param timeout how long it may take, or null for as long as it likes
     * @param gracePeriod how long stopping may take before the kill
     * @param drainTimeout how long to go on reading after the exit
     * @param parentDeathSignal what a process of the host runtime gets when this JVM dies, or null for nothing
     * @param networks what it is attached to, or null for the network of its configuration
     * @param image what it goes on from, or null if it begins
     * @throws IllegalArgumentException if the timeout is not more than zero, or another duration is negative
     */
    public RunRequest {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(streams, "streams");
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("timeout must be more than zero, was " + timeout);
        }
        if (gracePeriod.isNegative() || drainTimeout.isNegative()) {
            throw new IllegalArgumentException("grace period and drain timeout must not be negative, were "
                    + gracePeriod + " and " + drainTimeout);
        }
    }

    /**
     * Returns the request to run a bundle that exists. Default: null device, no time limit, ten seconds of grace, ten
     * seconds of draining, no parent-death signal, the network of its configuration.
     *
     * @param id the container, which must not exist yet
     * @param directory an absolute path to a directory with a {@code config.json}
     * @return the request
     */
    public static RunRequest bundle(ContainerId id, Path directory) {
        return of(id, new BundleSource.Directory(directory));
    }

    /**
     * Returns the request to run a command in a root file system, isolated as {@link SpecDefaults} has it. {@code /}
     * stands for the files of this host: an isolating runtime then gets a private copy-on-write view of them. Otherwise
     * the defaults are those of {@link #bundle}.
     *
     * @param id the container, which must not exist yet
     * @param rootfs an absolute path
     * @param command the program and its arguments
     * @return the request
     */
    public static RunRequest rootfs(ContainerId id, Path rootfs, List<String> command) {
        return spec(id, SpecDefaults.defaults().generate(rootfs, command));
    }

    /**
     * Returns the request to run a configuration, for which a bundle is written that exists as long as the run. A root
     * of {@code /} and the defaults are those of {@link #rootfs}.
     *
     * @param id the container, which must not exist yet
     * @param spec the configuration; the path of its root must be absolute
     * @return the request
     */
    public static RunRequest spec(ContainerId id, Spec spec) {
        return of(id, new BundleSource.Configuration(spec));
    }

    private static RunRequest of(ContainerId id, BundleSource source) {
        return new RunRequest(id, source, ContainerStreams.none(), null, DEFAULT_WAIT, DEFAULT_WAIT, null, null, null);
    }

    /**
     * Returns this request with other streams.
     *
     * @param value what is done with the standard streams
     * @return the request
     */
    public RunRequest withStreams(ContainerStreams value) {
        return new RunRequest(
                id, source, value, timeout, gracePeriod, drainTimeout, parentDeathSignal, networks, image);
    }

    /**
     * Returns this request with another time limit.
     *
     * @param value more than zero, or null for none
     * @return the request
     */
    public RunRequest withTimeout(@Nullable Duration value) {
        return new RunRequest(
                id, source, streams, value, gracePeriod, drainTimeout, parentDeathSignal, networks, image);
    }

    /**
     * Returns this request with another grace period.
     *
     * @param value zero kills at once
     * @return the request
     */
    public RunRequest withGracePeriod(Duration value) {
        return new RunRequest(id, source, streams, timeout, value, drainTimeout, parentDeathSignal, networks, image);
    }

    /**
     * Returns this request with another drain timeout.
     *
     * @param value zero reads nothing after the exit
     * @return the request
     */
    public RunRequest withDrainTimeout(Duration value) {
        return new RunRequest(id, source, streams, timeout, gracePeriod, value, parentDeathSignal, networks, image);
    }

    /**
     * Returns this request with another parent-death signal.
     *
     * @param value what a process of the host runtime gets when this JVM dies, or null for nothing
     * @return the request
     */
    public RunRequest withParentDeathSignal(@Nullable Signal value) {
        return new RunRequest(id, source, streams, timeout, gracePeriod, drainTimeout, value, networks, image);
    }

    /**
     * Returns this request with networks. A network namespace is made for the container, and attached to them before
     * the hooks and the runtime see its configuration, in which it takes the place of the network namespace, if there
     * is one, and in which nothing else is changed. After the deletion all of it is released.
     *
     * <p>What cannot be is refused before anything is begun: networks for the host runtime, which isolates nothing, for
     * a configuration that joins another namespace, and without {@link ResourceOptions#stateDirectory()}. The
     * namespace, and what plugins do, need root. runsc takes the addresses of the interfaces over when it starts the
     * container, unless it is told {@code network=none} or {@code network=host}.
     *
     * @param value what it is attached to, or null for the network of its configuration
     * @return the request
     */
    public RunRequest withNetworks(@Nullable ContainerNetworks value) {
        return new RunRequest(id, source, streams, timeout, gracePeriod, drainTimeout, parentDeathSignal, value, image);
    }

    /**
     * Returns this request to go on from an image that {@link Orchestrator#checkpoint} wrote. Default: null.
     *
     * @param value where the image is, on the machine of the container, and how to go on, or null to begin; what it
     *     says of the creation does not count, the request does
     * @return the request
     */
    public RunRequest withImage(@Nullable RestoreOptions value) {
        return new RunRequest(
                id, source, streams, timeout, gracePeriod, drainTimeout, parentDeathSignal, networks, value);
    }
}
