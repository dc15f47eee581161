// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ReferenceCountUtil;
import io.runflux.process.InboundStream;
import io.runflux.process.OutboundStream;
import io.runflux.process.PeerUnavailableException;
import io.runflux.process.StreamAddress;
import io.runflux.process.StreamDialer;
import io.runflux.process.StreamListener;
import java.time.Duration;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * A FIFO or a unix socket at a path of its own, below {@code java.io.tmpdir} in a directory that only this user may
 * enter, for one peer that is told of it. The bytes go one way, once. Who never comes costs a descriptor at most, until
 * {@link #close()}. Safe for concurrent use.
 */
public final class StdioListener {
    private final StdioUri uri;
    private final StreamListener listener;

    private StdioListener(StdioUri uri, StreamListener listener) {
        this.uri = uri;
        this.listener = listener;
    }

    /**
     * Makes a FIFO or socket when subscribed to, and anew at each subscription.
     *
     * @param scheme {@link StdioUri.Scheme#FIFO} or {@link StdioUri.Scheme#UNIX}
     * @return the listener, never empty, to be closed; fails with an {@link UpstreamException} if the kernel refuses;
     *     cancelling removes what was made
     * @throws IllegalArgumentException if it is another scheme
     */
    public static Mono<StdioListener> listen(StdioUri.Scheme scheme) {
        StreamAddress.Kind kind =
                switch (scheme) {
                    case FIFO -> StreamAddress.Kind.FIFO;
                    case UNIX -> StreamAddress.Kind.SOCKET;
                    default -> throw new IllegalArgumentException("scheme must be FIFO or UNIX, was " + scheme);
                };
        return Mono.defer(() -> StreamDialer.shared().listen(kind))
                .map(listener -> new StdioListener(toUri(listener.address()), listener))
                .onErrorMap(error -> new UpstreamException("cannot listen: " + Failures.why(error), error))
                .checkpoint("listen on " + scheme);
    }

    private static StdioUri toUri(StreamAddress address) {
        return address.kind() == StreamAddress.Kind.FIFO
                ? StdioUri.fifo(address.path())
                : StdioUri.unix(address.path());
    }

    /**
     * Returns what the peer opens.
     *
     * @return the target
     */
    public StdioUri uri() {
        return uri;
    }

    /**
     * Copies to the peer, once it has come, and then ends its stream. The source is subscribed to when the peer is
     * there, and asked for a buffer when the one before is written; each is released. Of this and {@link #receive()}
     * one is allowed, once.
     *
     * @param source the bytes
     * @return completes empty when all is written; fails with the source's own error, and with an
     *     {@link UpstreamException} if the peer goes before the end, or the listener is closed before it comes;
     *     cancelling ends the stream
     */
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        Objects.requireNonNull(source, "source");
        return Mono.usingWhen(acceptToWrite(), peer -> copy(source, peer), OutboundStream::release)
                .checkpoint("send to " + uri);
    }

    /** A FIFO does not say when its reader comes, so that it is tried every now and then. */
    private Mono<OutboundStream> acceptToWrite() {
        return new Redial(uri.toString(), Duration.ZERO, Redial.NOT_YET, System::nanoTime)
                .open(PeerUnavailableException.class::isInstance, listener.acceptToWrite())
                .onErrorMap(this::toException);
    }

    private Mono<Void> copy(Publisher<? extends ByteBuf> source, OutboundStream peer) {
        return Flux.from(source).concatMap(buffer -> write(buffer, peer), 0).then();
    }

    private Mono<Void> write(ByteBuf buffer, OutboundStream peer) {
        return Mono.using(() -> toDirect(buffer), peer::write, ReferenceCountUtil::safeRelease)
                .onErrorMap(this::toException);
    }

    private static ByteBuf toDirect(ByteBuf buffer) {
        if (buffer.hasMemoryAddress()) {
            return buffer;
        }
        try {
            return ByteBufAllocator.DEFAULT
                    .directBuffer(buffer.readableBytes())
                    .writeBytes(ByteBufUtil.getBytes(buffer));
        } finally {
            buffer.release();
        }
    }

    /**
     * Returns what the peer writes, to one subscriber, under backpressure: with no demand, the peer waits.
     *
     * @return the bytes, to the peer's end; fails with an {@link UpstreamException} if reading does, or the listener is
     *     closed before the peer comes; cancelling ends the stream
     */
    public ByteBufFlux receive() {
        return ByteBufFlux.fromInbound(
                Flux.usingWhen(listener.acceptToRead(), InboundStream::bytes, InboundStream::release)
                        .onErrorMap(this::toException));
    }

    private Throwable toException(Throwable error) {
        return error instanceof IllegalStateException
                ? error
                : new UpstreamException(uri + ": " + Failures.why(error), error);
    }

    /**
     * Removes the path when subscribed to, whether a peer has come or not; who is there already stays. Repeating waits
     * for the same end.
     *
     * @return completes empty when the path is gone; fails with an {@link UpstreamException} if it cannot be removed
     */
    public Mono<Void> close() {
        return listener.release().onErrorMap(this::toException);
    }
}
