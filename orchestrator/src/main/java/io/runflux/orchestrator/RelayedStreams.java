// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Connections, and the work with them. */
record RelayedStreams(ContainerStdio stdio, Function<ContainerProcess, Mono<Void>> work) implements ContainerStreams {
    @Override
    public Mono<Void> relay(ContainerProcess process) {
        return work.apply(process);
    }
}
