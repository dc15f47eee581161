// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import io.runflux.process.InboundStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** A FIFO or unix socket that the input of a process comes from. It has no output. */
final class PeerInput implements UpstreamIo {
    private final StdioUri uri;
    private final boolean isTerminal;
    private final InboundStream stream;

    private PeerInput(StdioUri uri, boolean isTerminal, InboundStream stream) {
        this.uri = uri;
        this.isTerminal = isTerminal;
        this.stream = stream;
    }

    static Mono<UpstreamIo> open(StdioUri uri, UpstreamOptions options) {
        return Mono.defer(() -> new Peer(uri, options).openToRead())
                .<UpstreamIo>map(stream -> new PeerInput(uri, options.isTerminal(), stream))
                .checkpoint("open " + uri);
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
        return stream.bytes();
    }

    @Override
    public Mono<Void> sendStdout(Publisher<? extends ByteBuf> source) {
        return refusal();
    }

    @Override
    public Mono<Void> sendStderr(Publisher<? extends ByteBuf> source) {
        return refusal();
    }

    private Mono<Void> refusal() {
        return Mono.error(() -> new IllegalStateException(uri + " was opened for input"));
    }

    @Override
    public long lostBytes() {
        return 0;
    }

    @Override
    public Mono<Void> closeStdin() {
        return stream.release();
    }

    @Override
    public Mono<Void> close() {
        return stream.release();
    }
}
