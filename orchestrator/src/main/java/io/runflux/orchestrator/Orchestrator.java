// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.EventStream;
import io.runflux.runtime.OciRuntime;
import reactor.core.publisher.Mono;

/**
 * Runs containers through one runtime, and publishes what happens to them.
 *
 * <p>Every returned publisher is cold: nothing happens before it is subscribed to, and each subscription does it anew.
 * Signals are emitted on event loops and on workers of {@code Schedulers.boundedElastic()}. Safe for concurrent use;
 * operations on different containers never wait for one another.
 */
public interface Orchestrator {
    /**
     * Returns an orchestrator with the defaults of {@link OrchestratorBuilder}: it runs plain processes of this host,
     * which isolates nothing.
     *
     * @return a new orchestrator, to be disposed of
     */
    static Orchestrator create() {
        return builder().build();
    }

    /**
     * Begins an orchestrator of one's own settings.
     *
     * @return a builder
     */
    static OrchestratorBuilder builder() {
        return new OrchestratorBuilder();
    }

    /**
     * Runs a container to its end: create, start, exit, drain, delete. The events are published in that order, each
     * once, and before the next step begins.
     *
     * <p>Every ending leaves nothing behind. On an error, when the time limit fires, and when the subscriber cancels, a
     * started container is stopped (signal, grace period, kill) and then deleted; what was begun with the runtime is
     * first let run to its end, since a runtime that is killed halfway leaves halves. An error and the time limit are
     * told after that; after a cancellation it goes on in the background, and {@link #disposeLater()} waits for it.
     * Last of all the run's {@link Resources} are released, also after a success, which then fails with
     * {@link ResourceReleaseException} if some could not be.
     *
     * @param request what to run, and how
     * @return how it ended, never empty; a container that exits with a code other than 0 is no error. Fails with
     *     {@link RunTimeoutException}, with an {@link io.runflux.runtime.OciRuntimeException}, with the error of the
     *     request's streams, and with {@link IllegalStateException} after disposal
     */
    Mono<RunReport> run(RunRequest request);

    /**
     * Releases what runs have left whose JVM died, of containers that the runtime does not know any more: their network
     * namespaces and attachments, and the bundles that were written for them. A service calls it when it starts; it is
     * not done by itself, since only the service knows when its predecessor is over.
     *
     * @return what was found, never empty; see {@link ResourceKeeper#sweep(OciRuntime)}. Never fails
     */
    Mono<SweepReport> sweep();

    /**
     * Returns what happens.
     *
     * @return the stream that all runs publish to
     */
    EventStream events();

    /**
     * Returns what containers are run with, for the operations that need no orchestration.
     *
     * @return the runtime
     */
    OciRuntime runtime();

    /**
     * Ends everything: refuses new runs, stops those that are under way as if they were cancelled, waits until nothing
     * of them is left, and disposes of the launcher and the event stream if they are the orchestrator's own.
     * Subscribers have a second to read their last events.
     *
     * @return completes empty when nothing is left; repeating waits for the same end
     */
    Mono<Void> disposeLater();
}
