// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Opens on a thread that may block, and hands what was opened to an event loop. */
final class NativeDialer implements StreamDialer {
    private static final int HOW = Linux.O_NONBLOCK | Linux.O_CLOEXEC | Linux.O_NOCTTY;

    private final Libc libc;

    NativeDialer(Libc libc) {
        this.libc = libc;
    }

    @Override
    public Mono<InboundStream> openToRead(StreamAddress address) {
        Objects.requireNonNull(address, "address");
        Opening<NativeInbound> opening = new Opening<>(
                address,
                Linux.O_RDONLY,
                endpoint -> NativeInbound.attach(endpoint, address.toString()),
                NativeInbound::close);
        return dial(opening).cast(InboundStream.class);
    }

    @Override
    public Mono<OutboundStream> openToWrite(StreamAddress address) {
        Objects.requireNonNull(address, "address");
        Opening<NativeOutbound> opening = new Opening<>(
                address, Linux.O_WRONLY, endpoint -> NativeOutbound.attach(endpoint, address), NativeOutbound::close);
        return dial(opening).cast(OutboundStream.class);
    }

    @Override
    public Mono<StreamListener> listen(StreamAddress.Kind kind) {
        return HandOver.mono(subscriber ->
                kind == StreamAddress.Kind.FIFO ? new ListenAtFifo(subscriber) : new ListenAtSocket(subscriber));
    }

    private <T> Mono<T> dial(Opening<T> opening) {
        return HandOver.mono(subscriber -> new Dial<>(opening, subscriber));
    }

    /** Returns the descriptor. */
    private int open(StreamAddress address, int access) {
        try (PathHandle handle = PathHandle.open(libc, address.path())) {
            boolean isFifo = address.kind() == StreamAddress.Kind.FIFO;
            if (!handle.isOf(isFifo ? PathHandle.FIFO : PathHandle.SOCKET)) {
                throw new ProcessException(
                        "'" + address.path() + "' must be a " + (isFifo ? "FIFO" : "unix socket"), null);
            }
            byte[] name = Linux.cString(handle.name());
            int opened = isFifo ? libc.open(name, access | HOW, 0) : UnixSockets.connect(libc, name);
            if (opened < 0) {
                throw failure(address, -opened);
            }
            return opened;
        } catch (IOException e) {
            throw new ProcessException("'" + address.path() + "' cannot be looked at: " + e.getMessage(), e);
        }
    }

    private static ProcessException failure(StreamAddress address, int errno) {
        String message = address + ": " + Linux.describe(errno);
        return switch (errno) {
            case Linux.ENXIO ->
                new PeerUnavailableException(
                        PeerUnavailableException.Reason.NO_READER, address + ": nobody reads from it");
            case Linux.ECONNREFUSED, Linux.EAGAIN ->
                new PeerUnavailableException(PeerUnavailableException.Reason.REFUSED, message);
            default -> new ProcessException(message, null);
        };
    }

    /** What to open, and what to make of it on the loop. */
    private record Opening<T>(StreamAddress address, int access, Function<Endpoint, T> attach, Consumer<T> close) {}

    /** Something that begins on a thread that may block. */
    private abstract static class Attempt<T> extends HandOver<T> {
        final IoEventLoop loop = SharedLoops.next();

        Attempt(CoreSubscriber<? super T> subscriber) {
            super(subscriber);
        }

        @Override
        final void start() {
            try {
                Disposable unused = Schedulers.boundedElastic().schedule(this::beginUnlessCancelled);
            } catch (RejectedExecutionException e) {
                fail(e);
            }
        }

        private void beginUnlessCancelled() {
            if (isCancelled()) {
                return;
            }
            try {
                begin();
            } catch (IOException e) {
                fail(new ProcessException(e.toString(), e));
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        abstract void begin() throws IOException;
    }

    private final class Dial<T> extends Attempt<T> {
        private final Opening<T> opening;

        Dial(Opening<T> opening, CoreSubscriber<? super T> subscriber) {
            super(subscriber);
            this.opening = opening;
        }

        @Override
        void discard(T stream) {
            opening.close().accept(stream);
        }

        @Override
        void begin() {
            int descriptor = open(opening.address(), opening.access());
            try {
                loop.execute(() -> attach(descriptor));
            } catch (RejectedExecutionException e) {
                libc.close(descriptor);
                fail(new LoopEndedException(e));
            }
        }

        private void attach(int descriptor) {
            T stream;
            try {
                stream = opening.attach().apply(new Endpoint(loop, descriptor, libc));
            } catch (RuntimeException | Error e) {
                fail(e);
                return;
            }
            deliver(stream);
        }
    }

    private static SocketPlace place(String file) {
        return SocketPlace.create(Path.of(System.getProperty("java.io.tmpdir")), file);
    }

    private final class ListenAtFifo extends Attempt<StreamListener> {
        ListenAtFifo(CoreSubscriber<? super StreamListener> subscriber) {
            super(subscriber);
        }

        @Override
        void begin() {
            SocketPlace place = place("fifo");
            int error = libc.mkfifo(place.addressBytes(), 0600);
            if (error < 0) {
                place.remove();
                fail(new ProcessException("making FIFO " + place.socket() + ": " + Linux.describe(-error), null));
            } else {
                deliver(new FifoListener(place, NativeDialer.this, libc));
            }
        }

        @Override
        void discard(StreamListener listener) {
            ((FifoListener) listener).remove();
        }
    }

    private final class ListenAtSocket extends Attempt<StreamListener> {
        ListenAtSocket(CoreSubscriber<? super StreamListener> subscriber) {
            super(subscriber);
        }

        @Override
        void begin() throws IOException {
            SocketPlace place = place("socket");
            int socket = UnixSockets.listen(libc, place.addressBytes());
            if (socket < 0) {
                place.remove();
                throw new ProcessException("listening on " + place.socket() + ": " + Linux.describe(-socket), null);
            }
            try {
                place.restrict();
                loop.execute(() -> attach(socket, place));
            } catch (IOException | RejectedExecutionException e) {
                libc.close(socket);
                place.remove();
                throw e;
            }
        }

        private void attach(int socket, SocketPlace place) {
            SocketListener listener;
            try {
                listener = SocketListener.attach(new Endpoint(loop, socket, libc), place);
            } catch (RuntimeException | Error e) {
                fail(e);
                return;
            }
            deliver(listener);
        }

        @Override
        void discard(StreamListener listener) {
            ((SocketListener) listener).close();
        }
    }
}
