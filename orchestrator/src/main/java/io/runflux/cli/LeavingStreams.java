// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.ContainerStreams;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import reactor.core.publisher.Mono;

/** Streams with which nothing more is done once that is said. */
record LeavingStreams(ContainerStreams streams, Mono<Void> left) implements ContainerStreams {
    @Override
    public ContainerStdio stdio() {
        return streams.stdio();
    }

    @Override
    public Mono<Void> relay(ContainerProcess process) {
        return Mono.firstWithSignal(streams.relay(process), left);
    }
}
