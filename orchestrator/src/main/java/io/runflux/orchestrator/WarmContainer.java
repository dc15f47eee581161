// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import reactor.core.publisher.Mono;

/**
 * A container that was borrowed from a {@link WarmPool}, and started. It is its borrower's alone. It cannot be given
 * back, since nothing makes a started container a created one again: it is removed, or handed off, and until then it
 * counts as borrowed, also after its program has ended. Safe for concurrent use.
 */
public interface WarmContainer {
    /**
     * Returns the container, to work with it by the pool's {@link Orchestrator}.
     *
     * @return the id
     */
    default ContainerId id() {
        return info().id();
    }

    /**
     * Returns the container as it was when it had been started.
     *
     * @return the container
     */
    ContainerInfo info();

    /**
     * Removes the container by force. Once begun that is let run to its end, even if the subscriber cancels.
     *
     * @return completes empty when nothing of it is left, and also if that is so already, or it was handed off. Fails
     *     as {@link Orchestrator#remove} does; it may be repeated then, and counts as borrowed no more
     */
    Mono<Void> remove();

    /**
     * Keeps the container beyond the pool: it does not count any more, {@link #remove} leaves it alone, also that of
     * {@link WarmPool#withContainer}, and whoever has it now has it removed by the {@link Orchestrator}.
     *
     * @return the container as it was when it had been started; repeating returns it again. Fails with
     *     {@link IllegalStateException} if it was removed
     */
    Mono<ContainerInfo> handOff();
}
