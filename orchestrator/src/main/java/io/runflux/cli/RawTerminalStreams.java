// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.ContainerStreams;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import reactor.core.publisher.Mono;

/** Streams of a terminal, for which the local one is raw as long as they are worked with. */
record RawTerminalStreams(ContainerStreams streams, LocalTerminal terminal) implements ContainerStreams {
    @Override
    public ContainerStdio stdio() {
        return streams.stdio();
    }

    @Override
    public Mono<Void> relay(ContainerProcess process) {
        return Mono.usingWhen(
                terminal.enterRawMode().thenReturn(terminal), raw -> streams.relay(process), LocalTerminal::restore);
    }
}
