// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/** A process whose output others get as well, and to whose input they add. The input ends with its own source. */
record SharedProcess(ContainerProcess process, Attachments attachments) implements ContainerProcess {
    @Override
    public int pid() {
        return process.pid();
    }

    @Override
    public ByteBufFlux stdout() {
        return ByteBufFlux.fromInbound(process.stdout().doOnNext(attachments::output));
    }

    @Override
    public ByteBufFlux stderr() {
        return ByteBufFlux.fromInbound(process.stderr().doOnNext(attachments::errors));
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return process.send(Flux.defer(() -> merge(source)));
    }

    private Flux<ByteBuf> merge(Publisher<? extends ByteBuf> source) {
        Sinks.Empty<Void> end = Sinks.empty();
        Flux<ByteBuf> own = Flux.<ByteBuf>from(source).doOnTerminate(end::tryEmitEmpty);
        return Flux.merge(1, own, attachments.input().takeUntilOther(end.asMono()));
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
