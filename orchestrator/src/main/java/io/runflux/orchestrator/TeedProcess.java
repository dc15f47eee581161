// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** A process whose output others read as well. */
record TeedProcess(ContainerProcess process, ByteBufFlux stdout, ByteBufFlux stderr) implements ContainerProcess {
    @Override
    public int pid() {
        return process.pid();
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return process.send(source);
    }

    @Override
    public Mono<ExitStatus> exit() {
        return process.exit();
    }

    @Override
    public Mono<Void> drained() {
        return process.drained();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return process.signal(signal);
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return process.resize(size);
    }

    @Override
    public Mono<Void> release() {
        return process.release();
    }
}
