// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.RunningProcess;
import io.runflux.process.TerminalSize;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** A process that a launcher of this machine started. */
record HostedRunningProcess(RunningProcess process) implements HostedProcess {
    @Override
    public int pid() {
        return process.pid();
    }

    @Override
    public ByteBufFlux stdout() {
        return process.stdout();
    }

    @Override
    public ByteBufFlux stderr() {
        return process.stderr();
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
    public Mono<Boolean> signal(Signal signal) {
        return process.signal(signal).thenReturn(true).onErrorReturn(ProcessAlreadyExitedException.class, false);
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
