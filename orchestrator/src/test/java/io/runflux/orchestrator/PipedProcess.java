// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/** A process that writes what a test says, releases what it wrote, and keeps what it is told. */
public final class PipedProcess implements ContainerProcess {
    private final Sinks.Many<ByteBuf> output = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.Many<ByteBuf> errors = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private final List<String> told = new CopyOnWriteArrayList<>();

    /** For the test to use. */
    public PipedProcess() {}

    /** Writes to standard output. */
    public PipedProcess write(String text) {
        return write(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    /** Writes to standard output. */
    public PipedProcess write(ByteBuf bytes) {
        output.tryEmitNext(bytes).orThrow();
        return this;
    }

    /** Writes to standard error. */
    public PipedProcess fail(String text) {
        errors.tryEmitNext(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)).orThrow();
        return this;
    }

    /** Ends, and its output with it. */
    public void end(int code) {
        exit.tryEmitValue(ExitStatus.exited(code)).orThrow();
        output.tryEmitComplete().orThrow();
        errors.tryEmitComplete().orThrow();
    }

    /** Returns the input and the sizes. */
    public List<String> told() {
        return told;
    }

    @Override
    public int pid() {
        return 1;
    }

    @Override
    public ByteBufFlux stdout() {
        return released(output.asFlux());
    }

    @Override
    public ByteBufFlux stderr() {
        return released(errors.asFlux());
    }

    private static ByteBufFlux released(Flux<ByteBuf> source) {
        return ByteBufFlux.fromInbound(
                source.transform(Operators.<ByteBuf, ByteBuf>lift((scannable, actual) -> new Releasing(actual))));
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return Flux.<ByteBuf>from(source)
                .doOnNext(bytes -> {
                    told.add(bytes.toString(StandardCharsets.UTF_8));
                    bytes.release();
                })
                .then(Mono.fromRunnable(() -> told.add("end of input")));
    }

    @Override
    public Mono<ExitStatus> exit() {
        return exit.asMono();
    }

    @Override
    public Mono<Void> drained() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return Mono.fromRunnable(() -> told.add(size.rows() + "x" + size.columns()));
    }

    @Override
    public Mono<Void> release() {
        return Mono.empty();
    }

    /** Releases a buffer when its reader returns. */
    private record Releasing(CoreSubscriber<? super ByteBuf> actual) implements CoreSubscriber<ByteBuf> {
        @Override
        public void onSubscribe(Subscription subscription) {
            actual.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuf buffer) {
            actual.onNext(buffer);
            buffer.release();
        }

        @Override
        public void onError(Throwable error) {
            actual.onError(error);
        }

        @Override
        public void onComplete() {
            actual.onComplete();
        }
    }
}
