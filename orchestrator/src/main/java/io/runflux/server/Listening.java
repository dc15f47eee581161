// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.Future;
import io.runflux.attach.PrivateSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;
import reactor.netty.tcp.TcpResources;

/**
 * How a server of Reactor Netty is set, and where it listens. Its own time limits of requests are not used: they
 * outlive an upgrade, and cut WebSockets. {@link RequestWatch} has ours.
 */
final class Listening {
    /** The longest query that events take, and room for the path. */
    private static final int FIRST_LINE_BYTES = 8192 + 512;

    private final ServerLimits limits;
    private final Running running;
    private final ServerMeters meters;
    private final Dispatcher dispatcher;
    /** With those on which nobody has asked for anything yet. */
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();

    private final AtomicInteger held = new AtomicInteger();

    Listening(ServerLimits limits, Running running, ServerMeters meters, Dispatcher dispatcher) {
        this.limits = limits;
        this.meters = meters;
        this.running = running;
        this.dispatcher = dispatcher;
    }

    private HttpServer server(Consumer<Channel> welcome) {
        return HttpServer.create()
                .runOn(TcpResources.get())
                .idleTimeout(limits.idleTimeout())
                .httpMessageLogFactory(DecodingLog.INSTANCE)
                .httpRequestDecoder(spec -> spec.maxInitialLineLength(FIRST_LINE_BYTES))
                .doOnChannelInit((observer, channel, address) -> welcome.accept(channel))
                .handle(dispatcher);
    }

    /** Reactor Netty's own limit logs a warning, with a stack, of each that is one too many. */
    private void hold(Channel channel) {
        connections.add(channel);
        channel.closeFuture().addListener(closed -> letGo(channel));
        if (held.incrementAndGet() > limits.connections()) {
            meters.refusedConnection();
            closeNow(channel);
        } else {
            RequestWatch.over(channel, limits.headerTimeout());
        }
    }

    private void letGo(Channel channel) {
        connections.remove(channel);
        held.decrementAndGet();
    }

    Mono<RunfluxServer> atSocket(Path path) {
        return Mono.fromCallable(() -> new Place(path, SocketDirectory.place(path), SocketDirectory.ownUser()))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(this::bind)
                .checkpoint("serve at " + path);
    }

    private Mono<RunfluxServer> bind(Place place) {
        return server(channel -> hold(channel, place.ownUser()))
                .bindAddress(
                        () -> new DomainSocketAddress(place.socket().unready().toString()))
                .bind()
                .publishOn(Schedulers.boundedElastic())
                .flatMap(bound -> publish(bound, place));
    }

    /** The kernel lets nobody else connect; that is looked at once more. */
    private void hold(Channel channel, int ownUser) {
        if (channel instanceof EpollDomainSocketChannel socket && Caller.isAllowed(socket, ownUser)) {
            hold(channel);
        } else {
            closeNow(channel);
        }
    }

    private Mono<RunfluxServer> publish(DisposableServer bound, Place place) {
        return Mono.fromCallable(() -> {
                    place.socket().publish();
                    return served("unix://" + place.path(), -1, closing(bound, place.socket()));
                })
                .onErrorResume(e -> closing(bound, place.socket()).then(Mono.error(e)));
    }

    Mono<RunfluxServer> atTcp(String host, int port, @Nullable ServerTls tls, boolean hasToken) {
        return Mono.fromCallable(() -> checked(host, hasToken || (tls != null && tls.isMutual())))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(address -> bind(address, port, tls))
                .checkpoint("serve at " + host + " port " + port);
    }

    /** All that a name leads to counts, and the first is taken. */
    private static InetAddress checked(String host, boolean isAuthenticated) throws IOException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        if (!isAuthenticated && !Arrays.stream(addresses).allMatch(InetAddress::isLoopbackAddress)) {
            throw new IllegalArgumentException("others reach '" + host
                    + "': that needs a bearer token, or TLS with an authority of clients; a loopback address does not");
        }
        return addresses[0];
    }

    private Mono<RunfluxServer> bind(InetAddress address, int port, @Nullable ServerTls tls) {
        HttpServer plain =
                server(this::holdRemote).host(address.getHostAddress()).port(port);
        HttpServer server =
                tls == null ? plain : plain.secure(spec -> spec.sslContext((GenericSslContextSpec<?>) tls.toSpec()));
        String scheme = tls == null ? "http" : "https";
        return server.bind()
                .map(bound -> served(
                        scheme + "://" + literal(address) + ":" + bound.port(), bound.port(), closing(bound, null)));
    }

    private void holdRemote(Channel channel) {
        Presence.watch(channel, Presence.LIMIT);
        hold(channel);
    }

    private RunfluxServer served(String address, int port, Mono<Void> closing) {
        meters.watch(running::streams, held::get);
        return new RunfluxServer(address, port, closing);
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    /** New clients find nothing rather than somebody who does not answer; those who are here are told the end. */
    private Mono<Void> closing(DisposableServer bound, @Nullable PrivateSocket socket) {
        Mono<Void> nameless = socket == null ? Mono.empty() : remove(socket);
        return nameless.then(Mono.defer(() -> {
                    bound.dispose();
                    return bound.onDispose();
                }))
                .then(running.close().timeout(limits.shutdownTimeout(), Mono.empty()))
                .then(Mono.defer(this::closeConnections))
                .doOnTerminate(meters::end)
                .cache();
    }

    private static Mono<Void> remove(PrivateSocket socket) {
        return Mono.<Void>fromCallable(() -> {
                    socket.remove();
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorComplete(IOException.class);
    }

    private Mono<Void> closeConnections() {
        return Flux.fromIterable(connections).flatMap(Listening::close).then();
    }

    /**
     * Not at once: the last request may have ended within a flush, and a channel that is closed there loses the rest.
     */
    private static Mono<Void> close(Channel channel) {
        return Mono.create(sink -> {
            channel.closeFuture().addListener(closed -> sink.success());
            channel.eventLoop().execute(() -> closeNow(channel));
        });
    }

    private static void closeNow(Channel channel) {
        Future<?> unused = channel.close();
    }

    private record Place(Path path, PrivateSocket socket, int ownUser) {}
}
