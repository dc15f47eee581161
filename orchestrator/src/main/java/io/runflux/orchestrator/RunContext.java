// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.EventStream;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.RuntimeInfo;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.IntFunction;
import reactor.core.publisher.Mono;

/** What all containers of an orchestrator share. */
record RunContext(
        OciRuntime runtime,
        Mono<RuntimeInfo> info,
        EventStream events,
        HookContext hooks,
        Duration callTimeout,
        Path bundleDirectory,
        ResourceKeeper keeper,
        ContainerRegistry registry,
        UpstreamOptions logs,
        IntFunction<Mono<MemoryKillCounter>> memoryKills) {
    /** Has a call of the runtime fail if it takes too long. */
    <T> Mono<T> bounded(String operation, ContainerId id, Mono<T> call) {
        return call.timeout(
                callTimeout, Mono.error(() -> new CallTimeoutException(operation + " container " + id, callTimeout)));
    }

    Mono<ContainerState> state(ContainerId id) {
        return bounded("read the state of", id, runtime.state(id));
    }

    /** After a call that took too long the state tells whether it was done all the same. */
    Mono<Void> settled(ContainerId id, Mono<Void> call, Set<ContainerStatus> done) {
        return call.onErrorResume(CallTimeoutException.class, late -> state(id)
                .map(ContainerState::status)
                .filter(done::contains)
                .switchIfEmpty(Mono.error(late))
                .then());
    }
}
