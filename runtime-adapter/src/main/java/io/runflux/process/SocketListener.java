// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** A unix socket at a path of its own. The first connection ends the listening. Confined to its loop. */
final class SocketListener extends EpollHandle implements StreamListener {
    private final Libc libc;
    private final SocketPlace place;
    private @Nullable Accept<?> waiting;
    private boolean isTaken;

    private SocketListener(Endpoint endpoint, SocketPlace place) {
        super(endpoint.loop(), endpoint.descriptor());
        libc = endpoint.libc();
        this.place = place;
    }

    /** Takes over a listening socket and its place, on the loop; if this fails, both are gone. */
    static SocketListener attach(Endpoint endpoint, SocketPlace place) {
        SocketListener listener = new SocketListener(endpoint, place);
        try {
            listener.register(IN);
        } catch (RuntimeException | Error e) {
            listener.close();
            throw e;
        }
        return listener;
    }

    @Override
    public StreamAddress address() {
        return StreamAddress.socket(place.socket());
    }

    @Override
    public Mono<InboundStream> acceptToRead() {
        return accept(endpoint -> NativeInbound.attach(endpoint, toString()), NativeInbound::close)
                .cast(InboundStream.class);
    }

    @Override
    public Mono<OutboundStream> acceptToWrite() {
        return accept(endpoint -> NativeOutbound.attach(endpoint, address()), NativeOutbound::close)
                .cast(OutboundStream.class);
    }

    private <T> Mono<T> accept(Function<Endpoint, T> attach, Consumer<T> close) {
        return HandOver.mono(subscriber -> new Accept<>(attach, close, subscriber));
    }

    @Override
    public Mono<Void> release() {
        return onLoop(this::close).onErrorComplete(LoopEndedException.class).then(place.removed());
    }

    @Override
    void ready(int events) {
        Accept<?> taker = waiting;
        if (taker != null) {
            acceptFor(taker);
        }
    }

    @Override
    void closed() {
        place.removeElsewhere();
        Accept<?> taker = waiting;
        if (taker != null) {
            waiting = null;
            taker.fail(new ProcessException(this + " was closed before a peer came", null));
        }
    }

    @Override
    public String toString() {
        return address().toString();
    }

    private void await(Accept<?> taker) {
        if (isTaken) {
            taker.fail(new IllegalStateException(this + " allows one peer only"));
            return;
        }
        isTaken = true;
        waiting = taker;
        if (isClosed()) {
            closed();
        } else {
            acceptFor(taker);
        }
    }

    private void acceptFor(Accept<?> taker) {
        int connection = UnixSockets.accept(libc, fd().intValue());
        if (connection == -Linux.EAGAIN) {
            return;
        }
        waiting = null;
        close();
        if (connection < 0) {
            taker.fail(new ProcessException(this + ": accepting: " + Linux.describe(-connection), null));
        } else {
            taker.open(new Endpoint(loop, connection, libc));
        }
    }

    /** Whoever waits for the peer. */
    private final class Accept<T> extends HandOver<T> {
        private final Function<Endpoint, T> attach;
        private final Consumer<T> close;

        Accept(Function<Endpoint, T> attach, Consumer<T> close, CoreSubscriber<? super T> subscriber) {
            super(subscriber);
            this.attach = attach;
            this.close = close;
        }

        @Override
        void start() {
            try {
                loop.execute(() -> await(this));
            } catch (RejectedExecutionException e) {
                fail(new LoopEndedException(e));
            }
        }

        @Override
        void discard(T stream) {
            close.accept(stream);
        }

        void open(Endpoint connection) {
            T stream;
            try {
                stream = attach.apply(connection);
            } catch (RuntimeException | Error e) {
                fail(e);
                return;
            }
            deliver(stream);
        }
    }
}
