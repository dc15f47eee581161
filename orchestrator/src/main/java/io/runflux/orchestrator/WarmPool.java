// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.metrics.MeterRecorder;
import java.util.Objects;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps containers that are created and not started, all from one template. A borrower gets one that only has to be
 * started, which takes a fraction of the time of creation and start, and behind it the pool is refilled. Where none is
 * ready, one is created for the borrower.
 *
 * <p><b>What they have in common.</b> By the OCI specification a container's program, its arguments, its environment,
 * its mounts and its user are fixed at its creation; {@link Orchestrator#start} takes nothing but an id. So the program
 * must be one that is the same for every borrower: what differs reaches it later, by standard input
 * ({@link LaunchStreams#withInput} and {@link Orchestrator#attach}), by {@link Orchestrator#exec}, which has arguments
 * and an environment of its own, by a file in a directory that is mounted, or by the network. Limits can be changed
 * with {@link Orchestrator#update}. As every container is used once, nothing passes from one borrower to the next.
 *
 * <p><b>What may go wrong with a ready one.</b> It may have died, or somebody may have removed it: its start shows
 * that. It is discarded then, and the borrower gets another.
 *
 * <p><b>After a crash.</b> When the JVM dies its ready containers stay; {@link #warmUp} removes those of dead
 * predecessors, see {@link #removeLeftovers}. Borrowed ones run on, and are not touched.
 *
 * <p>The pool has no thread of its own: what it does in the background runs where the orchestrator emits its signals,
 * and on {@code Schedulers.parallel()}, as do time limits. It is to be disposed of before its orchestrator. Every
 * returned publisher is cold, and the pool does nothing before the first is subscribed to. Safe for concurrent use.
 */
public interface WarmPool {
    /**
     * Returns a pool, which is empty until {@link #warmUp}, or the first borrower.
     *
     * @param orchestrator what creates, starts and removes its containers, embedded or remote; stays its owner's
     * @param prefix what the ids of its containers begin with, at most 32 characters, and the name of the pool in
     *     messages. Pools of the same purpose share it, since leftovers are found by it
     * @param template makes the request to create the container of that id, the same for each but for the id
     * @param options how large it is
     * @return a new pool, to be disposed of
     * @throws IllegalArgumentException if the prefix cannot begin an id, or is too long
     */
    static WarmPool of(
            Orchestrator orchestrator,
            String prefix,
            Function<ContainerId, LaunchRequest> template,
            WarmPoolOptions options) {
        return of(orchestrator, prefix, template, options, MeterRecorder.noOp());
    }

    /**
     * Returns a pool that is measured.
     *
     * @param orchestrator what creates, starts and removes its containers, embedded or remote; stays its owner's
     * @param prefix what the ids of its containers begin with, at most 32 characters, and the name of the pool in
     *     messages and meters
     * @param template makes the request to create the container of that id, the same for each but for the id
     * @param options how large it is
     * @param meters is told what is ready, borrowed and waited for, until the pool is disposed of, and of each creation
     *     how it ended, as {@link io.runflux.metrics.RunfluxMeter} lists; it may be that of the orchestrator
     * @return a new pool, to be disposed of
     * @throws IllegalArgumentException if the prefix cannot begin an id, or is too long
     */
    static WarmPool of(
            Orchestrator orchestrator,
            String prefix,
            Function<ContainerId, LaunchRequest> template,
            WarmPoolOptions options,
            MeterRecorder meters) {
        Objects.requireNonNull(orchestrator, "orchestrator");
        Objects.requireNonNull(template, "template");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(meters, "meters");
        PoolMeters pool = new PoolMeters(prefix, meters);
        return new DefaultWarmPool(new WarmTemplate(orchestrator, new WarmIds(prefix), template, pool), options, pool);
    }

    /**
     * Removes leftovers as {@link #removeLeftovers} does, and fills the pool. If leftovers cannot be removed that is
     * told in the log.
     *
     * @return completes empty when as many are ready as shall be. Fails as the first creation that fails meanwhile; the
     *     pool goes on trying nevertheless, and so it does after a cancellation
     */
    Mono<Void> warmUp();

    /**
     * Starts a container for a borrower. Whoever has it must see to it that it is removed or handed off;
     * {@link #withContainer} does so by itself.
     *
     * <p>Who cancels while waiting leaves the line. Who cancels later has the steps that were begun let run to their
     * end, and what came of them removed, in the background.
     *
     * @return the container, running, or stopped if it was that quick; never empty. Fails as
     *     {@link Orchestrator#create} and {@link Orchestrator#start} do, with {@link TooManyBorrowersException}, and
     *     with {@link IllegalStateException} after disposal
     */
    Mono<WarmContainer> borrow();

    /**
     * Works with a borrowed container, and removes it on every ending of the work, unless it was handed off. A success
     * is told after the removal, and is an error if that fails.
     *
     * @param work what is done with it
     * @param <T> the type of what comes of it
     * @return what came of the work. Fails as that does, as {@link #borrow}, and as {@link WarmContainer#remove}
     */
    <T> Mono<T> withContainer(Function<WarmContainer, Mono<T>> work);

    /**
     * Removes the containers that pools of this prefix have left whose JVM has died: those in state created whose ids
     * name a process of this machine's, and of this pid namespace's, that has ended. All others are left alone; from
     * another machine or pid namespace nobody can tell.
     *
     * @return the containers that were removed. Those that cannot be do not keep it from the others, and are an error
     *     in the end
     */
    Flux<ContainerId> removeLeftovers();

    /**
     * Returns how the pool is doing.
     *
     * @return the status at this moment, its figures read one after another
     */
    WarmPoolStatus status();

    /**
     * Removes the ready containers. Who waits for one fails with {@link IllegalStateException}; what is borrowed stays
     * its borrower's.
     *
     * @return completes empty when what was being created is removed too; what cannot be removed is told in the log,
     *     and left to the orchestrator. Repeating waits for the same end
     */
    Mono<Void> disposeLater();
}
