// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.process.RunningProcess;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** A process with streams of its own, and an end and a release that its maker knows. */
final class AttachedProcess implements ContainerProcess {
    private final RunningProcess process;
    private final Mono<ExitStatus> exit;
    private final Mono<Void> release;

    AttachedProcess(RunningProcess process, Mono<ExitStatus> exit, Mono<Void> release) {
        this.process = process;
        this.exit = exit;
        this.release = release;
    }

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
        return exit;
    }

    @Override
    public Mono<Void> drained() {
        return process.drained();
    }

    @Override
    public Mono<Void> release() {
        return release;
    }
}
