// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** A FIFO at a path of its own, which is removed with the first sign of a peer. */
final class FifoListener implements StreamListener {
    private final SocketPlace place;
    private final StreamDialer dialer;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private final AtomicBoolean isRemoved = new AtomicBoolean();

    FifoListener(SocketPlace place, StreamDialer dialer) {
        this.place = place;
        this.dialer = dialer;
    }

    @Override
    public StreamAddress address() {
        return StreamAddress.fifo(place.socket());
    }

    @Override
    public Mono<InboundStream> acceptToRead() {
        return take().then(dialer.openToRead(address())).map(Inbound::new);
    }

    @Override
    public Mono<OutboundStream> acceptToWrite() {
        return take().then(dialer.openToWrite(address()))
                .doOnNext(found -> remove())
                .doOnError(PeerUnavailableException.class, none -> isTaken.set(false));
    }

    private Mono<Void> take() {
        return Mono.fromRunnable(() -> {
            if (!isTaken.compareAndSet(false, true)) {
                throw new IllegalStateException(address() + " allows one peer only");
            }
        });
    }

    void remove() {
        if (isRemoved.compareAndSet(false, true)) {
            place.removeElsewhere();
        }
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(this::remove).then(place.removed());
    }

    /** Removes the path when the peer says something, or has gone. */
    private final class Inbound implements InboundStream {
        private final InboundStream stream;

        Inbound(InboundStream stream) {
            this.stream = stream;
        }

        @Override
        public ByteBufFlux bytes() {
            return ByteBufFlux.fromInbound(
                    stream.bytes().doOnNext(first -> remove()).doFinally(signal -> remove()));
        }

        @Override
        public Mono<Void> release() {
            return stream.release();
        }
    }
}
