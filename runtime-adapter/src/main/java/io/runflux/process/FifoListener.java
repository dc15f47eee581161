// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** A FIFO at a path of its own, which is removed with the first sign of a peer. */
final class FifoListener implements StreamListener {
    private final SocketPlace place;
    private final StreamDialer dialer;
    private final Libc libc;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private final AtomicBoolean isRemoved = new AtomicBoolean();
    private volatile boolean isReleased;

    FifoListener(SocketPlace place, StreamDialer dialer, Libc libc) {
        this.place = place;
        this.dialer = dialer;
        this.libc = libc;
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
                .doOnError(PeerUnavailableException.class, none -> isTaken.set(false))
                .onErrorMap(PeerUnavailableException.class, none -> isReleased ? closedBefore() : none);
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
            SocketPlace.elsewhere(this::removeNow);
        }
    }

    /** Whoever waits at either end for one who can come no more sees an end, once both are opened and closed. */
    private void removeNow() {
        int bothEnds = libc.open(place.addressBytes(), Linux.O_RDWR | Linux.O_NONBLOCK | Linux.O_CLOEXEC, 0);
        place.remove();
        if (bothEnds >= 0) {
            libc.close(bothEnds);
        }
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(this::releaseNow).then(place.removed());
    }

    private void releaseNow() {
        isReleased = true;
        remove();
    }

    private ProcessException closedBefore() {
        return new ProcessException(address() + " was closed before a peer came", null);
    }

    /** Removes the path when the peer says something, or has gone. */
    private final class Inbound implements InboundStream {
        private final InboundStream stream;

        Inbound(InboundStream stream) {
            this.stream = stream;
        }

        @Override
        public ByteBufFlux bytes() {
            return ByteBufFlux.fromInbound(stream.bytes()
                    .doOnNext(first -> remove())
                    .switchIfEmpty(Mono.defer(() -> isReleased ? Mono.error(closedBefore()) : Mono.empty()))
                    .doFinally(signal -> remove()));
        }

        @Override
        public Mono<Void> release() {
            return stream.release();
        }
    }
}
