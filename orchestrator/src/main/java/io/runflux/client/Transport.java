// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpResources;

/**
 * The connections to one server, in two pools: what goes on until a container ends never keeps waiting what could end
 * it.
 */
final class Transport {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    /** Shorter than the server keeps a connection over which nothing is asked. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(20);

    private static final int WAITING_FOR_A_CALL = 8;
    private static final int KEEPALIVE_SECONDS = 15;
    private static final int KEEPALIVE_PROBES = 3;

    private final ServerAddress address;
    private final ConnectionProvider callPool;
    private final ConnectionProvider streamPool;
    private final HttpClient calls;
    private final HttpClient streams;

    private Transport(RunfluxClientBuilder settings) {
        address = settings.address();
        callPool = pool("calls", settings, settings.maxCalls(), settings.maxCalls() * WAITING_FOR_A_CALL);
        streamPool = pool("streams", settings, settings.maxStreams(), settings.maxStreams());
        SslContext tls = tls(settings);
        calls = impatient(client(callPool, settings, tls)).responseTimeout(settings.answerTimeout());
        streams = client(streamPool, settings, tls)
                .option(ChannelOption.AUTO_CLOSE, false)
                .doOnChannelInit((observer, channel, to) -> channel.pipeline()
                        .addBefore(NettyPipeline.ReactiveBridge, "runflux.no-origin", NoOrigin.INSTANCE));
    }

    static Transport open(RunfluxClientBuilder settings) {
        return new Transport(settings);
    }

    private static ConnectionProvider pool(String name, RunfluxClientBuilder settings, int max, int waiting) {
        return ConnectionProvider.builder("runflux-client-" + name)
                .maxConnections(max)
                .pendingAcquireMaxCount(waiting)
                .pendingAcquireTimeout(settings.waitTimeout())
                .maxIdleTime(IDLE_LIMIT)
                .build();
    }

    private HttpClient client(ConnectionProvider pool, RunfluxClientBuilder settings, @Nullable SslContext tls) {
        String token = settings.token();
        HttpClient client = UntakenAnswers.freed(HttpClient.create(pool))
                .runOn(TcpResources.get())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_LIMIT.toMillis())
                .headers(headers -> {
                    if (token != null) {
                        headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token);
                    }
                })
                .doOnResponse(Transport::leaveWhoEnds);
        if (address.isUnix()) {
            SocketAddress socket = socket(address.place());
            return client.remoteAddress(() -> socket);
        }
        HttpClient remote = watched(client).baseUrl(address.toString());
        return tls == null ? remote : remote.secure(ssl -> ssl.sslContext(tls));
    }

    /** A server that is about to end may be followed by another, which is not at the end of this connection. */
    private static void leaveWhoEnds(HttpClientResponse response, Connection connection) {
        if (response.status().equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
            connection.markPersistent(false);
        }
    }

    /** The loops say which kind of address their sockets take. */
    private static SocketAddress socket(String path) {
        return isOn(NioIoHandle.class) ? UnixDomainSocketAddress.of(path) : new DomainSocketAddress(path);
    }

    private static boolean isOn(Class<? extends IoHandle> kind) {
        return TcpResources.get().onClient(true).next() instanceof IoEventLoop loop && loop.isCompatible(kind);
    }

    /** A machine that is gone without a word is noticed by the kernel within a minute of silence. */
    private static HttpClient watched(HttpClient client) {
        HttpClient watched = client.option(ChannelOption.SO_KEEPALIVE, true);
        return isOn(EpollIoHandle.class)
                ? watched.option(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_SECONDS)
                        .option(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_SECONDS)
                        .option(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES)
                : watched;
    }

    /** So is one that takes nothing more. In a stream that is a process which does not read, and is waited for. */
    private HttpClient impatient(HttpClient client) {
        return address.isUnix() || !isOn(EpollIoHandle.class)
                ? client
                : client.option(EpollChannelOption.TCP_USER_TIMEOUT, KEEPALIVE_SECONDS * KEEPALIVE_PROBES * 1000);
    }

    private @Nullable SslContext tls(RunfluxClientBuilder settings) {
        if (address.scheme() != ServerAddress.Scheme.HTTPS) {
            if (settings.trusted() != null || settings.certificate() != null) {
                throw new IllegalArgumentException("certificates are for https alone, the address is " + address);
            }
            return null;
        }
        try {
            SslContextBuilder context = SslContextBuilder.forClient();
            if (settings.trusted() != null) {
                context.trustManager(settings.trusted().toFile());
            }
            if (settings.certificate() != null) {
                context.keyManager(settings.certificate().toFile(), file(settings.key()));
            }
            return context.build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("the certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static File file(@Nullable Path path) {
        return Objects.requireNonNull(path, "key").toFile();
    }

    /** For what needs nothing but the runtime's answer. */
    HttpClient calls() {
        return calls;
    }

    /** For what takes as long as a container does. */
    HttpClient streams() {
        return streams;
    }

    /** Closes the connections over which nothing is asked; the others are closed by those who use them. */
    Mono<Void> close() {
        return Mono.when(callPool.disposeLater(), streamPool.disposeLater());
    }
}
