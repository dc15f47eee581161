// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Where it is kept what the containers of an orchestrator are like. What is saved is saved before it is published, so
 * that one that keeps it beyond the life of this JVM can tell what was. Of one container, one thing at a time is asked
 * for.
 */
interface ContainerRegistry {
    /** Keeps what a container is like now, in place of what it was. */
    Mono<Void> save(ContainerInfo info);

    /** Forgets a container; one that is not known is fine. */
    Mono<Void> remove(ContainerId id);

    /** Returns what is kept, in no order. */
    Flux<ContainerInfo> all();
}
