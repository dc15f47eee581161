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
 * @param removedAtEnd whether it is removed when it has ended for good
 * @param supervision whether it is started again, probed, and ended at a deadline
 */
public record LaunchRequest(
        ContainerId id,
        BundleSource source,
        LaunchStreams streams,
        Duration gracePeriod,
        Duration drainTimeout,
        @Nullable Signal parentDeathSignal,
        @Nullable ContainerNetworks networks,
        boolean removedAtEnd,
        Supervision supervision) {
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
     * @param removedAtEnd whether it is removed when it has ended for good
     * @param supervision whether it is started again, probed, and ended at a deadline
     * @throws IllegalArgumentException if a duration is negative
     */
    public LaunchRequest {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(streams, "streams");
        Objects.requireNonNull(supervision, "supervision");
        if (gracePeriod.isNegative() || drainTimeout.isNegative()) {
            throw new IllegalArgumentException("grace period and drain timeout must not be negative, were "
                    + gracePeriod + " and " + drainTimeout);
        }
    }

    /**
     * Returns the request to launch a bundle that exists. Default: {@link LaunchStreams#none()}, ten seconds of grace,
     * ten seconds of draining, no parent-death signal, the network of its configuration, not removed at its end, and
     * {@link Supervision#none()}.
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
        return new LaunchRequest(
                id, source, LaunchStreams.none(), DEFAULT_WAIT, DEFAULT_WAIT, null, null, false, Supervision.none());
    }

    /**
     * Returns this request with other streams.
     *
     * @param value how its streams are connected
     * @return the request
     */
    public LaunchRequest withStreams(LaunchStreams value) {
        return new LaunchRequest(
                id, source, value, gracePeriod, drainTimeout, parentDeathSignal, networks, removedAtEnd, supervision);
    }

    /**
     * Returns this request with another grace period.
     *
     * @param value zero kills at once
     * @return the request
     */
    public LaunchRequest withGracePeriod(Duration value) {
        return new LaunchRequest(
                id, source, streams, value, drainTimeout, parentDeathSignal, networks, removedAtEnd, supervision);
    }

    /**
     * Returns this request with another drain timeout.
     *
     * @param value zero reads nothing after the exit
     * @return the request
     */
    public LaunchRequest withDrainTimeout(Duration value) {
        return new LaunchRequest(
                id, source, streams, gracePeriod, value, parentDeathSignal, networks, removedAtEnd, supervision);
    }

    /**
     * Returns this request with another parent-death signal.
     *
     * @param value what a process of the host runtime gets when the JVM dies, or null for nothing
     * @return the request
     */
    public LaunchRequest withParentDeathSignal(@Nullable Signal value) {
        return new LaunchRequest(
                id, source, streams, gracePeriod, drainTimeout, value, networks, removedAtEnd, supervision);
    }

    /**
     * Returns this request with networks, under the terms of {@link RunRequest#withNetworks}.
     *
     * @param value what it is attached to, or null for the network of its configuration
     * @return the request
     */
    public LaunchRequest withNetworks(@Nullable ContainerNetworks value) {
        return new LaunchRequest(
                id, source, streams, gracePeriod, drainTimeout, parentDeathSignal, value, removedAtEnd, supervision);
    }

    /**
     * Returns this request with another answer to whether the container is removed.
     *
     * @param value whether it is removed when it has ended, and its restart policy does not start it again
     * @return the request
     */
    public LaunchRequest withRemovedAtEnd(boolean value) {
        return new LaunchRequest(
                id, source, streams, gracePeriod, drainTimeout, parentDeathSignal, networks, value, supervision);
    }

    /**
     * Returns this request with a restart policy. The orchestrator that has launched the container starts it again, in
     * the same bundle, network namespace and log: it waits, deletes the container, creates it from the configuration of
     * the first time, and starts it. That stands in the line of operations as one. What the container has written below
     * its root file system stays, unless that is {@code /}, of which each life has a new view. Hooks of stage precreate
     * are run before the first creation, those of stage poststop after the last deletion. runsc takes the addresses of
     * a network namespace away at its start, so that of a container with networks only the first life has them there.
     *
     * <p>Whoever has asked for the end has it end for good: by {@link Orchestrator#stop}, {@link Orchestrator#remove},
     * SIGTERM, SIGINT, SIGQUIT or SIGKILL through {@link Orchestrator#kill}, a {@link Orchestrator#checkpoint} that
     * ends it, or its deadline; also during the wait, which that cuts short. A restart that the runtime fails counts as
     * a run that failed at once, and is tried again as the policy says.
     *
     * <p>Who is attached stays to the end of that life; who comes during the wait gets the next one from its start.
     * {@link Orchestrator#waitFor} is like that: it tells the end of the life that goes on, or comes next.
     *
     * @param value whether it is started again after its end
     * @return the request
     */
    public LaunchRequest withRestart(RestartPolicy value) {
        return withSupervision(supervision.withRestart(value));
    }

    /**
     * Returns this request with a health check. The health is in {@link ContainerNotes#health()}, its changes are
     * events, and nothing else follows from it. No probe is made before the start, while the container is paused, and
     * after its exit. What the last probe has said is in {@link ContainerDetails}.
     *
     * @param check how often it is probed, and what is made of that
     * @param probe what is probed
     * @return the request
     */
    public LaunchRequest withHealthCheck(HealthCheck check, ProbeSpec probe) {
        return withSupervision(supervision.withHealthCheck(check, probe));
    }

    /**
     * Returns this request with a deadline.
     *
     * @param value how long it may live, or null for as long as it likes
     * @return the request
     */
    public LaunchRequest withDeadline(@Nullable Deadline value) {
        return withSupervision(supervision.withDeadline(value));
    }

    /**
     * Returns this request with another supervision.
     *
     * @param value whether it is started again, probed, and ended at a deadline
     * @return the request
     */
    public LaunchRequest withSupervision(Supervision value) {
        return new LaunchRequest(
                id, source, streams, gracePeriod, drainTimeout, parentDeathSignal, networks, removedAtEnd, value);
    }

    /** Returns the request of the run that a launch is, with the work on its streams. */
    RunRequest toRun(ContainerStreams work) {
        return new RunRequest(id, source, work, null, gracePeriod, drainTimeout, parentDeathSignal, networks, null);
    }
}
