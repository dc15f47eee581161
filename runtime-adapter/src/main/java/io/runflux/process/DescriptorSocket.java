// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEventLoop;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * A unix socket on which somebody hands over one descriptor, and what is made of that. The first connection decides,
 * and ends the listening. All of it is confined to its loop, but for the constructor.
 *
 * @param <T> what is made of the descriptor
 */
final class DescriptorSocket<T> {
    private final Libc libc;
    private final SocketPlace place;
    private final Use<T> use;
    private final Consumer<DescriptorSocket<T>> onReleased;
    private final Listening listening;
    private @Nullable Connection connection;
    private @Nullable Taking taker;
    private @Nullable T value;
    private @Nullable Throwable failure;
    private boolean isDecided;

    DescriptorSocket(Endpoint endpoint, SocketPlace place, Use<T> use, Consumer<DescriptorSocket<T>> onReleased) {
        libc = endpoint.libc();
        this.place = place;
        this.use = use;
        this.onReleased = onReleased;
        listening = new Listening(endpoint);
    }

    /** Begins to listen, on the loop. If that fails, everything is closed. */
    void attach() {
        try {
            listening.register(EpollHandle.IN);
        } catch (RuntimeException | Error e) {
            close(e);
            throw e;
        }
    }

    Path path() {
        return place.socket();
    }

    IoEventLoop loop() {
        return listening.loop;
    }

    /** What was made of the descriptor, for one subscriber. */
    Mono<T> value() {
        return HandOver.mono(subscriber -> new Taking(subscriber));
    }

    Mono<Void> release() {
        return listening
                .onLoop(() -> close(failure("was released")))
                .onErrorComplete(LoopEndedException.class)
                .then(place.removed());
    }

    /** Closes everything that nobody took, on the loop or after its end. */
    void close(Throwable reason) {
        fail(reason);
        T untaken = value;
        if (untaken != null) {
            value = null;
            failure = reason;
            use.discard(untaken);
        }
        onReleased.accept(this);
    }

    private void accept() {
        int accepted = UnixSockets.accept(libc, listening.fd().intValue());
        if (accepted == -Linux.EAGAIN) {
            return;
        }
        if (accepted < 0) {
            fail(failure("accepting: " + Linux.describe(-accepted)));
            return;
        }
        Connection first = new Connection(new Endpoint(loop(), accepted, libc));
        connection = first;
        listening.close();
        try {
            first.register(EpollHandle.IN);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void receive(Connection from) {
        int received = UnixSockets.receive(libc, from.fd().intValue());
        if (received == -Linux.EAGAIN) {
            return;
        }
        if (received >= 0) {
            open(received);
        } else {
            fail(failure(explain(received)));
        }
    }

    private static String explain(int received) {
        return switch (received) {
            case UnixSockets.END -> "the connection ended before a descriptor came";
            case UnixSockets.JUNK -> "something else came than one descriptor";
            default -> "receiving: " + Linux.describe(-received);
        };
    }

    private void open(int descriptor) {
        isDecided = true;
        closeHandles();
        try {
            value = use.open(new Endpoint(loop(), descriptor, libc), "received on " + path());
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        settle();
    }

    private ProcessException failure(String what) {
        return new ProcessException(path() + ": " + what, null);
    }

    private void fail(Throwable error) {
        if (!isDecided) {
            isDecided = true;
            failure = error;
        }
        closeHandles();
        settle();
    }

    private void closeHandles() {
        listening.close();
        if (connection != null) {
            connection.close();
        }
    }

    private void settle() {
        Taking waiting = taker;
        T ready = value;
        if (waiting != null && ready != null) {
            value = null;
            waiting.deliver(ready);
        } else if (waiting != null && failure != null) {
            waiting.fail(failure);
        }
    }

    private void take(Taking taking) {
        if (taker != null) {
            taking.fail(new IllegalStateException(path() + " allows one subscriber only"));
            return;
        }
        taker = taking;
        settle();
    }

    /** What becomes of a descriptor, on the loop. */
    interface Use<T> {
        /**
         * Takes a descriptor over.
         *
         * @param endpoint with the descriptor, which is closed if this throws
         * @param origin for names: where it comes from
         */
        T open(Endpoint endpoint, String origin);

        /** Closes what nobody wants. */
        void discard(T value);
    }

    private final class Listening extends EpollHandle {
        Listening(Endpoint endpoint) {
            super(endpoint.loop(), endpoint.descriptor());
        }

        @Override
        void ready(int events) {
            accept();
        }

        @Override
        void closed() {
            place.removeElsewhere();
            if (connection == null) {
                fail(failure("was closed before a connection came"));
            }
        }

        @Override
        public String toString() {
            return "socket " + path();
        }
    }

    private final class Connection extends EpollHandle {
        Connection(Endpoint endpoint) {
            super(endpoint.loop(), endpoint.descriptor());
        }

        @Override
        void ready(int events) {
            receive(this);
        }

        @Override
        void closed() {
            fail(failure("was closed before a descriptor came"));
        }

        @Override
        public String toString() {
            return "connection to " + path();
        }
    }

    private final class Taking extends HandOver<T> {
        Taking(CoreSubscriber<? super T> subscriber) {
            super(subscriber);
        }

        @Override
        void start() {
            if (loop().isShuttingDown()) {
                fail(new LoopEndedException(null));
                return;
            }
            try {
                loop().execute(() -> take(this));
            } catch (RejectedExecutionException e) {
                fail(new LoopEndedException(e));
            }
        }

        @Override
        void discard(T unwanted) {
            use.discard(unwanted);
        }
    }
}
