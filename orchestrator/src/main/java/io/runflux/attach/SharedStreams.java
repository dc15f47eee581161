// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import io.runflux.orchestrator.ContainerStreams;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Streams of a container in which those who are attached have a part. */
record SharedStreams(ContainerStreams streams, Attached attached) implements ContainerStreams {
    private static final Logger log = LoggerFactory.getLogger(SharedStreams.class);

    @Override
    public ContainerStdio stdio() {
        return streams.stdio();
    }

    @Override
    public Mono<Void> relay(ContainerProcess process) {
        return Mono.defer(() -> {
            attached.hold(process);
            Mono<Void> work = streams.relay(new SharedProcess(process, attached));
            return attached.hasTerminal() ? Mono.firstWithSignal(work, resize(process)) : work;
        });
    }

    /** Goes on until it is cancelled. */
    private Mono<Void> resize(ContainerProcess process) {
        return attached.sizes().concatMap(size -> resize(process, size), 0).then(Mono.never());
    }

    private static Mono<Void> resize(ContainerProcess process, TerminalSize size) {
        return process.resize(size).onErrorResume(e -> {
            log.debug("the size of who is attached was not passed on", e);
            return Mono.empty();
        });
    }
}
