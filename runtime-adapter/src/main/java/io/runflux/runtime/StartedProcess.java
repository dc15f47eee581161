// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.TerminalSize;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * A process of a container, of parts that its maker knows.
 *
 * @param pid what {@link ContainerProcess#pid()} says
 * @param streams our ends of its streams
 * @param exit how it ends
 * @param signals reaches it
 * @param ending lets go of all of it
 * @param onReleased is told when that is done
 */
record StartedProcess(
        int pid,
        ProcessStreams streams,
        Mono<ExitStatus> exit,
        ProcessSignals signals,
        Mono<Void> ending,
        Consumer<ContainerProcess> onReleased)
        implements ContainerProcess {
    @Override
    public ByteBufFlux stdout() {
        return streams.stdout();
    }

    @Override
    public ByteBufFlux stderr() {
        return streams.stderr();
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return streams.send(source);
    }

    @Override
    public Mono<Void> drained() {
        return streams.drained();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return signals.send(signal);
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return streams.resize(size);
    }

    @Override
    public Mono<Void> release() {
        return ending.doOnTerminate(() -> onReleased.accept(this));
    }

    /** Tells the pid alone. */
    @Override
    public String toString() {
        return "process " + pid;
    }
}
