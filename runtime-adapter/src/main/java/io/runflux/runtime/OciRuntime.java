// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.OciProcess;
import java.nio.file.Path;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The operations of the OCI runtime specification, and those that all runtimes add.
 *
 * <p>Every returned publisher is cold: nothing is called before it is subscribed to, and a second subscription calls
 * anew. Arguments are checked at once. Cancelling kills the command of the runtime, not the container: a container
 * whose creation was cancelled may exist in part, and is removed by a forced {@link #delete}. Failures are
 * {@link OciRuntimeException}s. Nothing is retried, and nothing has a time limit of its own: the caller sets one.
 * Signals are emitted on event loops of the launcher or on a worker of {@code Schedulers.boundedElastic()}.
 * Implementations are safe for concurrent use.
 */
public interface OciRuntime {
    /**
     * Returns the name of the runtime.
     *
     * @return such as {@code runc} or {@code host}
     */
    String name();

    /**
     * Asks what the runtime is.
     *
     * @return the answer, never empty; fails with {@link RuntimeUnavailableException} if it cannot be called
     */
    Mono<RuntimeInfo> info();

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
     * Asks for the state of a container.
     *
     * @param id the container
     * @return the state, never empty; fails with {@link NoSuchContainerException}
     */
    Mono<ContainerState> state(ContainerId id);

    /**
     * Sends a signal to the init process of a container.
     *
     * @param id the container
     * @param signal the signal
     * @param options how to
     * @return completes empty when the signal is sent; fails with {@link NoSuchContainerException} or
     *     {@link IllegalContainerStateException}
     */
    Mono<Void> kill(ContainerId id, Signal signal, KillOptions options);

    /**
     * Removes a container that is created or stopped, or by force any.
     *
     * @param id the container
     * @param options how to
     * @return completes empty when nothing of the container is left; fails with {@link NoSuchContainerException}, but
     *     not by force, or {@link IllegalContainerStateException}
     */
    Mono<Void> delete(ContainerId id, DeleteOptions options);

    /**
     * Creates and starts a container that ends with its process and is then removed: the caller stays attached to it.
     *
     * @param id the container to create
     * @param bundle an absolute path to a directory with a {@code config.json}
     * @param options how to
     * @return the process, never empty, as soon as the runtime was called: what fails after that fails
     *     {@link ContainerProcess#exit()}
     */
    Mono<ContainerProcess> run(ContainerId id, Path bundle, CreateOptions options);

    /**
     * Runs a further process in a running container, and stays attached to it.
     *
     * @param id the container
     * @param process what to run
     * @param options how to
     * @return the process, never empty, as soon as the runtime was called: what fails after that fails
     *     {@link ContainerProcess#exit()}
     */
    Mono<ContainerProcess> exec(ContainerId id, OciProcess process, ExecOptions options);

    /**
     * Asks for the states of all containers under this runtime's root.
     *
     * @return the states, in no order; empty if there are none
     */
    Flux<ContainerState> list();
}
