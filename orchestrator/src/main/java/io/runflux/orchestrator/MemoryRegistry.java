// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keeps it as long as this JVM lives. */
final class MemoryRegistry implements ContainerRegistry {
    private final Map<ContainerId, ContainerInfo> infos = new ConcurrentHashMap<>();

    @Override
    public Mono<Void> save(ContainerInfo info) {
        return Mono.fromRunnable(() -> infos.put(info.id(), info));
    }

    @Override
    public Mono<Void> remove(ContainerId id) {
        return Mono.fromRunnable(() -> infos.remove(id));
    }

    @Override
    public Flux<ContainerInfo> all() {
        return Flux.defer(() -> Flux.fromIterable(infos.values()));
    }
}
