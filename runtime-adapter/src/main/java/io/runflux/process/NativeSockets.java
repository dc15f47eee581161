// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEventLoop;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The sockets of a launcher on which descriptors come in, and the terminals that came. */
final class NativeSockets {
    private final Libc libc;
    private final EventLoops loops;
    private final LoopWatch loopWatch;
    private final Attempts attempts;
    private final Set<DescriptorSocket<?>> sockets = ConcurrentHashMap.newKeySet();
    private final Set<NativeTerminal> terminals = ConcurrentHashMap.newKeySet();

    NativeSockets(Libc libc, EventLoops loops, LoopWatch loopWatch, Attempts attempts) {
        this.libc = libc;
        this.loops = loops;
        this.loopWatch = loopWatch;
        this.attempts = attempts;
    }

    Mono<ConsoleSocket> listenForTerminal() {
        return HandOver.mono(subscriber -> new Listen<>(new TerminalUse(), OpenConsoleSocket::new, subscriber));
    }

    Mono<PidfdSocket> listenForProcess(DescriptorSocket.Use<WatchedProcess> use) {
        return HandOver.mono(subscriber -> new Listen<>(use, OpenPidfdSocket::new, subscriber));
    }

    void loopEnded(IoEventLoop loop) {
        sockets.stream()
                .filter(socket -> socket.loop() == loop)
                .forEach(socket -> socket.close(new LoopEndedException(null)));
        terminals.stream().filter(terminal -> terminal.loop() == loop).forEach(NativeTerminal::close);
    }

    /** Ends the sockets, after which nothing comes any more. */
    Mono<Void> release() {
        return Mono.defer(() -> Mono.whenDelayError(
                sockets.stream().map(DescriptorSocket::release).toList()));
    }

    /** Ends the terminals. */
    Mono<Void> hangUp() {
        return Mono.defer(() -> Mono.whenDelayError(
                terminals.stream().map(NativeTerminal::release).toList()));
    }

    /** One beginning of listening: what may block first, the rest on a loop. */
    private final class Listen<T, S> extends HandOver<S> {
        private final DescriptorSocket.Use<T> use;
        private final Function<DescriptorSocket<T>, S> wrap;
        private final IoEventLoop loop = loops.next();
        private @Nullable DescriptorSocket<T> made;

        Listen(
                DescriptorSocket.Use<T> use,
                Function<DescriptorSocket<T>, S> wrap,
                CoreSubscriber<? super S> subscriber) {
            super(subscriber);
            this.use = use;
            this.wrap = wrap;
        }

        @Override
        void start() {
            attempts.begin();
            try {
                Disposable unused = Schedulers.boundedElastic().schedule(this::listen);
            } catch (RejectedExecutionException e) {
                end(e);
            }
        }

        @Override
        void discard(S socket) {
            if (made != null) {
                made.close(refusal());
            }
        }

        private void listen() {
            if (isCancelled() || attempts.isClosed()) {
                end(refusal());
                return;
            }
            try {
                listenAt(SocketPlace.create(Path.of(System.getProperty("java.io.tmpdir"))));
            } catch (RuntimeException | Error e) {
                end(e);
            }
        }

        private void listenAt(SocketPlace place) {
            int socket = UnixSockets.listen(libc, place.addressBytes());
            if (socket < 0) {
                place.remove();
                end(new ProcessException("listening on " + place.socket() + ": " + Linux.describe(-socket), null));
                return;
            }
            try {
                loop.execute(() -> attach(socket, place));
            } catch (RejectedExecutionException e) {
                abandon(socket, place, new LoopEndedException(e));
            }
        }

        private void attach(int socket, SocketPlace place) {
            if (attempts.isClosed()) {
                abandonElsewhere(socket, place);
                return;
            }
            loopWatch.watch(loop);
            DescriptorSocket<T> created =
                    new DescriptorSocket<>(new Endpoint(loop, socket, libc), place, use, sockets::remove);
            sockets.add(created);
            try {
                created.attach();
            } catch (RuntimeException | Error e) {
                end(e);
                return;
            }
            made = created;
            attempts.end();
            deliver(wrap.apply(created));
        }

        private void abandonElsewhere(int socket, SocketPlace place) {
            try {
                Disposable unused = Schedulers.boundedElastic().schedule(() -> abandon(socket, place, refusal()));
            } catch (RejectedExecutionException e) {
                abandon(socket, place, refusal());
            }
        }

        private void abandon(int socket, SocketPlace place, ProcessException error) {
            libc.close(socket);
            place.remove();
            end(error);
        }

        private void end(Throwable error) {
            attempts.end();
            fail(error);
        }

        private ProcessException refusal() {
            return new ProcessException("cannot listen: the launcher was disposed of", null);
        }
    }

    /** Makes a descriptor a terminal of this launcher. */
    private final class TerminalUse implements DescriptorSocket.Use<Terminal> {
        @Override
        public Terminal open(Endpoint endpoint, String origin) {
            NativeTerminal terminal = NativeTerminal.open(endpoint, origin, terminals::remove);
            terminals.add(terminal);
            return terminal;
        }

        @Override
        public void discard(Terminal terminal) {
            ((NativeTerminal) terminal).close();
        }
    }

    private record OpenConsoleSocket(DescriptorSocket<Terminal> socket) implements ConsoleSocket {
        @Override
        public Path path() {
            return socket.path();
        }

        @Override
        public Mono<Terminal> terminal() {
            return socket.value();
        }

        @Override
        public Mono<Void> release() {
            return socket.release();
        }
    }

    private record OpenPidfdSocket(DescriptorSocket<WatchedProcess> socket) implements PidfdSocket {
        @Override
        public Path path() {
            return socket.path();
        }

        @Override
        public Mono<WatchedProcess> process() {
            return socket.value();
        }

        @Override
        public Mono<Void> release() {
            return socket.release();
        }
    }
}
