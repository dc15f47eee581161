// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Reads everything and keeps nothing, so that the process never waits. */
final class NullUpstream implements UpstreamIo, IntakeTarget {
    private final StdioUri uri;
    private final boolean isTerminal;
    private final Intakes intakes;

    NullUpstream(StdioUri uri, boolean isTerminal) {
        this.uri = uri;
        this.isTerminal = isTerminal;
        intakes = new Intakes(uri, isTerminal, this);
    }

    @Override
    public StdioUri uri() {
        return uri;
    }

    @Override
    public boolean isTerminal() {
        return isTerminal;
    }

    @Override
    public ByteBufFlux stdin() {
        return ByteBufFlux.fromInbound(Flux.empty());
    }

    @Override
    public Mono<Void> sendStdout(Publisher<? extends ByteBuf> source) {
        return intakes.send(LogStream.STDOUT, source);
    }

    @Override
    public Mono<Void> sendStderr(Publisher<? extends ByteBuf> source) {
        return intakes.send(LogStream.STDERR, source);
    }

    @Override
    public long lostBytes() {
        return 0;
    }

    @Override
    public Mono<Void> closeStdin() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(intakes::close);
    }

    @Override
    public boolean waits() {
        return false;
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void take(LogStream stream, ByteBuf buffer) {
        // nothing is kept
    }

    @Override
    public void end(LogStream stream) {
        intakes.finish(stream, null);
    }
}
