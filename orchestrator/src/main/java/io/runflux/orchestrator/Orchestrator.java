// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.events.SubscribeOptions;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.LinuxResources;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
import io.runflux.runtime.RestoreOptions;
import io.runflux.stdio.LogRecord;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs containers, and publishes what happens to them. Here are the operations that are the same whether the containers
 * are kept by this JVM, see {@link EmbeddedOrchestrator}, or by one at the other end of a connection.
 *
 * <p><b>Subscription.</b> Every returned publisher is cold: nothing happens before it is subscribed to, and each
 * subscription does it anew. Arguments are checked at once. Signals are emitted on event loops and on workers of
 * {@code Schedulers.boundedElastic()}. Safe for concurrent use.
 *
 * <p><b>Order.</b> What changes a container ({@link #create}, {@link #start}, {@link #kill}, {@link #pause},
 * {@link #resume}, {@link #update}, {@link #checkpoint}, {@link #restore}, {@link #remove}, and the single steps of
 * {@link #launch}, {@link #run} and {@link #stop}) is done one after another, in the order of subscription, and never
 * halfway: once begun it is let run to its end, even if its subscriber cancels, and the next waits for that. Who
 * cancels earlier has it not done at all. At most 64 wait for one container; one more fails with
 * {@link TooManyOperationsException}. Nothing is ever waited for in that line but the runtime's answer, and so neither
 * a grace period nor an exit holds up a kill. {@link #exec}, {@link #attach} and all that only asks do not stand in the
 * line. Operations on different containers never wait for one another.
 *
 * <p><b>States.</b> {@link ContainerTransition} has the table of a container's life. What the state does not allow
 * fails with {@link io.runflux.runtime.IllegalContainerStateException}, which has the state that the container is in
 * and those that it would have to be in. A container that nobody knows fails with
 * {@link io.runflux.runtime.NoSuchContainerException}. A container that the runtime knows, and that another life of the
 * orchestrator or somebody else has created, can be worked with as well; only its streams and its log are nobody's.
 *
 * <p><b>Errors.</b> Otherwise operations fail with an {@link io.runflux.runtime.OciRuntimeException}, with
 * {@link CallTimeoutException} when the runtime does not answer, and with {@link IllegalStateException} after disposal.
 * That a container ends with a code other than 0 is no error.
 *
 * <p><b>Events.</b> Each is published after the change, once, before the operation completes, and in this order:
 * created, started, exited, deleted; for a further process added, started, exited, deleted; a kill for want of memory
 * before the exit that it caused. The container and its further processes do not wait for one another: the last events
 * of a further process may come after the deletion of its container.
 */
public interface Orchestrator {
    /**
     * Returns an orchestrator in this JVM with the defaults of {@link OrchestratorBuilder}: it runs plain processes of
     * this host, which isolates nothing.
     *
     * @return a new orchestrator, to be disposed of
     */
    static EmbeddedOrchestrator create() {
        return builder().build();
    }

    /**
     * Begins an orchestrator in this JVM of one's own settings.
     *
     * @return a builder
     */
    static OrchestratorBuilder builder() {
        return new OrchestratorBuilder();
    }

    /**
     * Creates a container, whose program waits for {@link #start}. What was done is undone on an error, and when the
     * subscriber cancels.
     *
     * @param request what to create, and how
     * @return the container, created; never empty. Fails with
     *     {@link io.runflux.runtime.ContainerAlreadyExistsException} and as the runtime's own creation does
     */
    Mono<ContainerInfo> create(LaunchRequest request);

    /**
     * Starts the program of a created container. From then on its output goes to its log and to those who are attached.
     * What was created here and cannot be started is removed.
     *
     * @param id the container
     * @return the container, running, or stopped if it was that quick; never empty
     */
    Mono<ContainerInfo> start(ContainerId id);

    /**
     * Creates a container and starts it. It goes on by itself, and stays, stopped, after its end, until it is removed
     * or the orchestrator is disposed of, unless the request has it removed at its end. An error and a cancellation
     * before the start leave nothing behind.
     *
     * @param request what to launch, and how
     * @return the container, running, or stopped if it was that quick; never empty. Fails as {@link #create} and
     *     {@link #start} do
     */
    Mono<ContainerInfo> launch(LaunchRequest request);

    /**
     * Runs a container to its end: launches it, works with its streams, waits for its exit and the end of its output,
     * and removes it. The events are published in that order, each once, and before the next step begins.
     *
     * <p>Every ending leaves nothing behind. On an error, when the time limit fires, and when the subscriber cancels, a
     * started container is stopped (signal, grace period, kill) and then deleted; what was begun with the runtime is
     * first let run to its end, since a runtime that is killed halfway leaves halves. An error and the time limit are
     * told after that; after a cancellation it goes on in the background, and {@link #disposeLater()} waits for it.
     * Last of all the run's resources are released, also after a success, which then fails with
     * {@link ResourceReleaseException} if some could not be.
     *
     * @param request what to run, and how; streams that are connected to files or descriptors of this JVM are for an
     *     {@link EmbeddedOrchestrator} alone, and fail elsewhere with {@link io.runflux.runtime.NotSupportedException}
     * @return how it ended, never empty; a container that exits with a code other than 0 is no error. Fails with
     *     {@link RunTimeoutException}, with an {@link io.runflux.runtime.OciRuntimeException}, with the error of the
     *     request's streams, and with {@link IllegalStateException} after disposal
     */
    Mono<RunReport> run(RunRequest request);

    /**
     * Runs a further process in a running container to its end, and works with its streams. Any number run at once. A
     * command alone is completed by what the {@code config.json} of the container's bundle says of its own process, as
     * {@link ExecProcess.Command} tells.
     *
     * <p>On an error, when the time limit fires, and when the subscriber cancels, the process is killed, and with it
     * its streams are closed; a start that is under way is first let run to its end, in the background after a
     * cancellation.
     *
     * @param request what to run, and how; for its streams the same holds as for those of {@link #run}
     * @return how it ended, never empty. Fails with {@link io.runflux.runtime.ProgramNotFoundException}, with
     *     {@link RunTimeoutException}, with the error of the request's streams, and with
     *     {@link io.runflux.runtime.InvalidBundleException} if a command is to be completed by a configuration that
     *     cannot be read
     */
    Mono<ExecReport> exec(ExecRequest request);

    /**
     * Stops a container: sends the signal, waits as long as the grace period, kills all that runs in it, and waits
     * again. A paused one is resumed after the signal, so that it can heed it; one that was created here and not yet
     * started is killed at once. The waiting holds up nobody; who kills meanwhile shortens it. A signal that was not
     * answered, or could not be sent for a reason that passes, is followed by the kill as well. Cancelling ends the
     * waiting and what would follow it. From the subscription on, whatever comes of it, the container is not started
     * again by its restart policy.
     *
     * @param id the container
     * @param options with which signal, and how long to wait
     * @return how it ended, at once if it has ended already; never empty. Fails with {@link CallTimeoutException} if it
     *     does not end even so
     */
    Mono<ExitStatus> stop(ContainerId id, StopOptions options);

    /**
     * Sends a signal to a container, and does not wait for what comes of it. SIGTERM, SIGINT, SIGQUIT and SIGKILL ask
     * for its end: once one is sent, it is not started again by its restart policy, and a wait for that ends.
     *
     * @param id the container
     * @param signal the signal
     * @param options to which of its processes
     * @return completes empty when the signal is sent
     */
    Mono<Void> kill(ContainerId id, Signal signal, KillOptions options);

    /**
     * Freezes all processes of a running container.
     *
     * @param id the container
     * @return completes empty when they stand still
     */
    Mono<Void> pause(ContainerId id);

    /**
     * Thaws a paused container.
     *
     * @param id the container
     * @return completes empty when they go on
     */
    Mono<Void> resume(ContainerId id);

    /**
     * Changes the limits of a container; what is not set stays as it is.
     *
     * @param id the container
     * @param resources the limits
     * @return completes empty when they are in force
     */
    Mono<Void> update(ContainerId id, LinuxResources resources);

    /**
     * Writes the state of a container's processes to an image. Unless the options have it go on, the container ends
     * with that, as by any other exit.
     *
     * @param id the container
     * @param options where to, on the machine of the container, and how; a descriptor for the status is for an
     *     {@link EmbeddedOrchestrator} alone
     * @return completes empty when the image is written
     */
    Mono<Void> checkpoint(ContainerId id, CheckpointOptions options);

    /**
     * Launches a container that goes on from an image, as {@link #launch} does.
     *
     * @param request what to launch, and how
     * @param options where the image is, on the machine of the container, and how to go on; what they say of the
     *     creation does not count, the request does
     * @return the container, running
     */
    Mono<ContainerInfo> restore(LaunchRequest request, RestoreOptions options);

    /**
     * Removes a container that is created or stopped, or by force any, which is killed then. Its hooks of stage
     * poststop are run, and what it holds is released, see {@link ResourceReleaseException}. The log stays. Once its
     * turn has come, all of that is done even if the subscriber cancels, and who stands behind it in the line finds no
     * container any more.
     *
     * @param id the container
     * @param options whether by force
     * @return completes empty when nothing of it is left
     */
    Mono<Void> remove(ContainerId id, DeleteOptions options);

    /**
     * Returns the containers: those that are being created, and all that the runtime knows. Somebody who follows them
     * takes {@link #snapshot()}.
     *
     * @return the containers, in the order of their ids
     */
    default Flux<ContainerInfo> list() {
        return snapshot().flatMapIterable(ContainerSnapshot::containers);
    }

    /**
     * Returns the containers, and from where on the events tell what is newer: who subscribes there misses nothing.
     * What was published just then may be in both.
     *
     * @return the snapshot, never empty
     */
    Mono<ContainerSnapshot> snapshot();

    /**
     * Returns all that is known of a container; the runtime is asked.
     *
     * @param id the container
     * @return the details, never empty
     */
    Mono<ContainerDetails> inspect(ContainerId id);

    /**
     * Asks what a container uses.
     *
     * @param id the container
     * @return one sample, never empty; fails with {@link io.runflux.runtime.ContainerNotRunningException}
     */
    Mono<ContainerStats> stats(ContainerId id);

    /**
     * Asks again and again what a container uses. Who is slow gets fewer samples, never old ones.
     *
     * @param id the container
     * @param interval how long from one question to the next, at least 100 milliseconds
     * @return the samples, the first at once; completes when the container ends, and fails as {@link #stats} does if it
     *     does not run
     * @throws IllegalArgumentException if the interval is shorter
     */
    Flux<ContainerStats> stats(ContainerId id, Duration interval);

    /**
     * Asks for the processes in a container.
     *
     * @param id the container
     * @return those that the runtime finds in it, in its order, by the pids that it has for them; fails with
     *     {@link io.runflux.runtime.ContainerNotRunningException}
     */
    Flux<ProcessState> processes(ContainerId id);

    /**
     * Asks for a table of the processes in a container, as ps(1) prints it.
     *
     * @param id the container
     * @param options which columns
     * @return the table, never empty; fails as {@link #processes} does, and with
     *     {@link io.runflux.runtime.NotSupportedException} where the runtime has no such table, or no choice of columns
     */
    Mono<ProcessTable> top(ContainerId id, TopOptions options);

    /**
     * Reads the log of a container.
     *
     * @param id the container
     * @param options where to begin, and whether to go on
     * @return the records; whoever goes on gets the end when the container has ended and all is read. Fails with
     *     {@link NoLogException} if its output is not written to a file
     */
    Flux<LogRecord> logs(ContainerId id, LogsOptions options);

    /**
     * Attaches to a container's streams: does the work of the streams given with its output from now on. Any number are
     * attached at once, up to 64, and none slows the container or the others: of who reads too slowly, the output fails
     * with {@link AttachmentTooSlowException}. What the work sends is input of the container where its launch provides
     * for input, beside that of others, and the end of it is not the end of the container's input; of a {@link #run}
     * the input belongs to who runs it. A container that is started again is attached to for one life: that which goes
     * on or, while it waits, the next. Output is there for {@link #attach} as far as it is read from the container,
     * which for a {@link #run} its own streams decide.
     *
     * @param id the container
     * @param streams what is done with the streams; how they say they are connected does not count, since the container
     *     is connected already
     * @return how the container ended; empty if the work is done before, as when it was detached. Of a container that
     *     has ended the output is empty. Fails as the work does, and with {@link IllegalStateException} if 64 are
     *     attached already, or if the container is none that this orchestrator has launched
     */
    Mono<ExitStatus> attach(ContainerId id, ContainerStreams streams);

    /**
     * Waits for the end of a container: of the life that goes on, if it is started again by its restart policy, or,
     * while it waits for that, of the one that comes next.
     *
     * @param id the container
     * @return how it ended, at once if it has ended already; {@link ExitStatus#unknown()} if nobody could see it; if
     *     another life does not come after all, how the last one ended. Cancelling ends the waiting alone
     */
    Mono<ExitStatus> waitFor(ContainerId id);

    /**
     * Returns what happens, under the terms of {@link io.runflux.events.EventStream#events(SubscribeOptions)}.
     *
     * @param options which events, from where, and what to do when the subscriber is too slow
     * @return the events
     */
    Flux<EventEnvelope> events(SubscribeOptions options);

    /**
     * Returns all that happens from the subscription on, under the default options.
     *
     * @return the events
     */
    default Flux<EventEnvelope> events() {
        return events(SubscribeOptions.defaults());
    }

    /**
     * Releases what containers have left whose JVM died, and that the runtime does not know any more: their network
     * namespaces and attachments, and the bundles that were written for them. A service calls it when it starts; it is
     * not done by itself, since only the service knows when its predecessor is over.
     *
     * @return what was found, never empty; see {@link ResourceKeeper#sweep(io.runflux.runtime.OciRuntime)}. Fails only
     *     if it could not be asked for
     */
    Mono<SweepReport> sweep();

    /**
     * Lets go of everything. An {@link EmbeddedOrchestrator} ends its containers with it; one at the other end of a
     * connection goes on, and only the connections are closed. Subscribers have a second to read their last events.
     *
     * @return completes empty when nothing is left; repeating waits for the same end
     */
    Mono<Void> disposeLater();
}
