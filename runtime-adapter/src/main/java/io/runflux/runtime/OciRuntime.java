// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerEvent;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.Features;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The operations of the OCI runtime specification, and all that runc, crun and runsc add to them.
 *
 * <p>Every returned publisher is cold: nothing is called before it is subscribed to, and a second subscription calls
 * anew. Arguments are checked at once. Cancelling kills the command of the runtime, not the container: a container
 * whose creation was cancelled may exist in part, and is removed by a forced {@link #delete}. Failures are
 * {@link OciRuntimeException}s; what a runtime does not have fails with {@link NotSupportedException}, before anything
 * is called, and {@link #info()} tells beforehand. Nothing is retried, and nothing has a time limit of its own but
 * {@link RuntimeConfig#callTimeout()}. Signals are emitted on event loops of the launcher or on a worker of
 * {@code Schedulers.boundedElastic()}. Implementations are safe for concurrent use.
 *
 * <p>A pid is what the runtime calls a process: for runc, crun and the host runtime a number of the host, for runsc one
 * of the sandbox.
 */
public interface OciRuntime {
    /**
     * Returns the name of the runtime.
     *
     * @return such as {@code runc} or {@code host}
     */
    String name();

    /**
     * Asks what the runtime is and what it can do.
     *
     * @return the answer, never empty; fails with {@link RuntimeUnavailableException} if it cannot be called
     */
    Mono<RuntimeInfo> info();

    /**
     * Asks what the runtime says about itself in the terms of the specification.
     *
     * @return the answer of the command {@code features}
     */
    Mono<Features> features();

    /**
     * Asks the runtime for the configuration that it would begin with.
     *
     * @return what the command {@code spec} writes
     */
    Mono<Spec> spec();

    /**
     * Creates a container; its program is not started. The container keeps the streams that the options give it; it
     * completes when the runtime has done its part, whether or not the streams have ended. Whoever was given the
     * process lets go of it by {@link ContainerProcess#release()}, which leaves the container alone.
     *
     * @param id the container to create
     * @param bundle an absolute path to a directory with a {@code config.json}
     * @param options how to
     * @return the init process, never empty; fails with {@link ContainerAlreadyExistsException},
     *     {@link InvalidBundleException}, {@link ProgramNotFoundException}
     */
    Mono<ContainerProcess> create(ContainerId id, Path bundle, CreateOptions options);

    /**
     * Starts the program of a created container.
     *
     * @param id the container
     * @return completes empty; fails with {@link NoSuchContainerException} or {@link IllegalContainerStateException}
     */
    Mono<Void> start(ContainerId id);

    /**
     * Creates and starts a container that ends with its process and is then removed: the caller stays attached to it,
     * or with {@link CreateOptions#detached()} does not, and removes it by {@link #delete}.
     *
     * @param id the container to create
     * @param bundle an absolute path to a directory with a {@code config.json}
     * @param options how to
     * @return the process, never empty, as soon as the runtime was called: what fails after that fails
     *     {@link ContainerProcess#exit()}; a detached one when the runtime has done its part
     */
    Mono<ContainerProcess> run(ContainerId id, Path bundle, CreateOptions options);

    /**
     * Runs a further process in a running container, and stays attached to it, unless {@link ExecOptions#detached()}.
     *
     * @param id the container
     * @param process what to run
     * @param options how to
     * @return the process, never empty, as soon as the runtime was called: what fails after that fails
     *     {@link ContainerProcess#exit()}; a detached one when the runtime has done its part
     */
    Mono<ContainerProcess> exec(ContainerId id, OciProcess process, ExecOptions options);

    /**
     * Sends a signal to a container.
     *
     * <p>SIGKILL to its init or to all ends it also if it is created or paused; a paused one is thawed for that, by
     * runsc just before it. Any other signal reaches the init of a paused one when that is resumed; runsc refuses it,
     * as it does for one that is created.
     *
     * @param id the container
     * @param signal the signal
     * @param options to which of its processes
     * @return completes empty when the signal is sent; fails with {@link NoSuchContainerException},
     *     {@link IllegalContainerStateException}, or {@link NoSuchProcessException} if it is to go to a process that
     *     the container does not have
     */
    Mono<Void> kill(ContainerId id, Signal signal, KillOptions options);

    /**
     * Removes a container that is created or stopped, or by force any, and the records of its processes.
     *
     * @param id the container
     * @param options how to
     * @return completes empty when nothing of the container is left; fails with {@link NoSuchContainerException}, but
     *     not by force, or {@link IllegalContainerStateException}
     */
    Mono<Void> delete(ContainerId id, DeleteOptions options);

    /**
     * Freezes all processes of a running container.
     *
     * @param id the container
     * @return completes empty when they stand still; fails with {@link NoSuchContainerException} or
     *     {@link IllegalContainerStateException}
     */
    Mono<Void> pause(ContainerId id);

    /**
     * Thaws a paused container.
     *
     * @param id the container
     * @return completes empty; fails with {@link NoSuchContainerException} or {@link IllegalContainerStateException}
     */
    Mono<Void> resume(ContainerId id);

    /**
     * Changes the limits of a container's control group; what is not set stays as it is.
     *
     * @param id the container
     * @param resources the limits
     * @return completes empty when they are in force; fails with {@link NoSuchContainerException}
     */
    Mono<Void> update(ContainerId id, LinuxResources resources);

    /**
     * Asks for the state of a container.
     *
     * @param id the container
     * @return the state, never empty; fails with {@link NoSuchContainerException}
     */
    Mono<ContainerState> state(ContainerId id);

    /**
     * Asks whether there is such a container; a stopped one is there until it is deleted.
     *
     * @param id the container
     * @return whether there is, never empty
     */
    Mono<Boolean> exists(ContainerId id);

    /**
     * Asks for the states of all containers under this runtime's root.
     *
     * @return the states, in no order; empty if there are none
     */
    Flux<ContainerState> list();

    /**
     * Asks for the init process of a container.
     *
     * @param id the container
     * @return its pid on the host, with runsc that of the sandbox; fails with {@link NoSuchContainerException}, or
     *     {@link ContainerNotRunningException} if it has ended
     */
    Mono<Integer> initPid(ContainerId id);

    /**
     * Asks for the processes in a container.
     *
     * @param id the container
     * @return their pids, in the runtime's order; fails with {@link NoSuchContainerException} or
     *     {@link ContainerNotRunningException}
     */
    Flux<Integer> ps(ContainerId id);

    /**
     * Asks for the processes in a container and for what they are.
     *
     * @param id the container
     * @param view which of them
     * @return the processes, in the runtime's order, then those that have ended; fails as {@link #ps} does, but for
     *     {@link ProcessView#ALL} a stopped container is no failure
     */
    Flux<ProcessState> processes(ContainerId id, ProcessView view);

    /**
     * Asks for a table of the processes in a container, as ps(1) prints it.
     *
     * @param id the container
     * @param options those of ps that choose the columns, each a word, such as {@code -o} and {@code pid,comm}; empty
     *     for the runtime's own; runsc and crun have one table only, and do not support them
     * @return the table, never empty; fails as {@link #ps} does
     */
    Mono<ProcessTable> top(ContainerId id, List<String> options);

    /**
     * Asks what a container uses.
     *
     * @param id the container
     * @return one sample, never empty; fails with {@link NoSuchContainerException} or
     *     {@link ContainerNotRunningException}
     */
    Mono<ContainerStats> stats(ContainerId id);

    /**
     * Subscribes to the events of a container: samples of what it uses, and that it ran out of memory. The stream ends
     * with the container; cancelling ends the command. What is not asked for waits in the pipe of the runtime.
     *
     * @param id the container
     * @param interval how often to sample: at least a millisecond, for runsc whole seconds
     * @return the events; fails with {@link NoSuchContainerException}, {@link ContainerNotRunningException}, or
     *     {@link CommandFailedException} if the runtime says what is no event
     */
    Flux<ContainerEvent> events(ContainerId id, Duration interval);

    /**
     * Waits for the end of a container's init process; any number may wait.
     *
     * @param id the container
     * @return its status; {@link ExitStatus#unknown()} if nobody could see the end, see
     *     {@link ContainerProcess#exit()}; fails with {@link NoSuchContainerException}; cancelling ends the waiting
     */
    Mono<ExitStatus> waitFor(ContainerId id);

    /**
     * Waits for the end of one process in a container; any number may wait.
     *
     * @param id the container
     * @param pid the process
     * @return its status; {@link ExitStatus#unknown()} if nobody could see the end; fails with
     *     {@link NoSuchContainerException} or {@link NoSuchProcessException}; cancelling ends the waiting
     */
    Mono<ExitStatus> waitFor(ContainerId id, int pid);

    /**
     * Finds a process that this runtime started, with its streams. A process is on record from its start until it is
     * released, its record is deleted or its container is.
     *
     * @param id the container
     * @param pid the process
     * @return the process, the very one that its starter was given; fails with {@link NoSuchProcessException}
     */
    Mono<ContainerProcess> process(ContainerId id, int pid);

    /**
     * Deletes the record of a process that has ended, and closes its streams. It never signals.
     *
     * @param id the container
     * @param pid the process
     * @return completes empty when there is no record of it; fails with {@link CommandFailedException} if the process
     *     still runs
     */
    Mono<Void> deleteProcess(ContainerId id, int pid);

    /**
     * Writes the state of a container's processes to an image, from which {@link #restore} goes on.
     *
     * @param id the container
     * @param options where to, and how
     * @return completes empty when the image is written; fails with {@link NoSuchContainerException},
     *     {@link ContainerNotRunningException}, or {@link NotSupportedException} if an option is set that this runtime
     *     does not have
     */
    Mono<Void> checkpoint(ContainerId id, CheckpointOptions options);

    /**
     * Creates a container from an image and lets it go on; then as {@link #run}.
     *
     * @param id the container to create
     * @param bundle an absolute path to a directory with a {@code config.json}
     * @param options where the image is, and how to
     * @return as {@link #run}; fails with {@link NotSupportedException} if an option is set that this runtime does not
     *     have
     */
    Mono<ContainerProcess> restore(ContainerId id, Path bundle, RestoreOptions options);
}
