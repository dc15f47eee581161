// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/** A container that ends when a test says so. Its streams end with it, unless something else holds them. */
final class FakeContainer implements ContainerProcess {
    static final int PID = 42;

    private final Consumer<String> log;
    private final boolean isStreamHeld;
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private final Sinks.Empty<Void> drained = Sinks.empty();
    private volatile ContainerState state;

    FakeContainer(ContainerId id, Path bundle, Instant created, boolean isStreamHeld, Consumer<String> log) {
        this.log = log;
        this.isStreamHeld = isStreamHeld;
        state = ContainerState.of(id.value(), ContainerStatus.CREATED, PID, bundle.toString())
                .withCreated(created);
    }

    ContainerState state() {
        return state;
    }

    void run() {
        state = state.withStatus(ContainerStatus.RUNNING);
    }

    void pause() {
        state = state.withStatus(ContainerStatus.PAUSED);
    }

    /** It has ended, and nobody has seen that yet. */
    void endUnseen() {
        state = state.withStatus(ContainerStatus.STOPPED);
    }

    void end(ExitStatus status) {
        endUnseen();
        exit.tryEmitValue(status);
        if (!isStreamHeld) {
            drained.tryEmitEmpty();
        }
    }

    boolean hasEnded() {
        return state.status() == ContainerStatus.STOPPED;
    }

    @Override
    public int pid() {
        return PID;
    }

    @Override
    public ByteBufFlux stdout() {
        return none();
    }

    @Override
    public ByteBufFlux stderr() {
        return none();
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        throw new AssertionError("nothing is sent in these tests");
    }

    @Override
    public Mono<ExitStatus> exit() {
        return exit.asMono();
    }

    @Override
    public Mono<Void> drained() {
        return drained.asMono();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.fromRunnable(() -> {
            log.accept("signal " + signal);
            if (signal.equals(Signal.KILL)) {
                end(ExitStatus.signaled(signal));
            }
        });
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return Mono.fromRunnable(() -> log.accept("resize " + size.rows() + " " + size.columns()));
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(() -> log.accept("release"));
    }

    private static ByteBufFlux none() {
        return ByteBufFlux.fromInbound(Flux.empty(), ByteBufAllocator.DEFAULT);
    }
}
