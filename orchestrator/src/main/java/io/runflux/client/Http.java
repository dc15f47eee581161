// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.timeout.ReadTimeoutException;
import io.runflux.events.EventLines;
import io.runflux.wire.Problem;
import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import io.runflux.wire.StreamFrames;
import io.runflux.wire.WireJson;
import java.io.File;
import java.io.FileNotFoundException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpResources;

/**
 * Requests to one server, over two pools of connections: what goes on until a container ends never keeps waiting what
 * could end it. What goes wrong on the way is told as one kind of error, and what the server tells as the error that it
 * was there.
 */
final class Http {
    /** How long an answer in one piece may be: some ten thousand containers. */
    static final int MAX_ANSWER_BYTES = 16 << 20;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration POOL_LIMIT = Duration.ofSeconds(30);
    /** Shorter than the server keeps a connection over which nothing is asked. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(20);

    private static final int WAITING_FOR_A_CALL = 8;
    private static final int KEEPALIVE_SECONDS = 15;
    private static final int KEEPALIVE_PROBES = 3;
    private static final String JSON = "application/json";

    private final ServerAddress address;
    private final ConnectionProvider callPool;
    private final ConnectionProvider streamPool;
    private final HttpClient calls;
    private final HttpClient streams;

    private Http(RunfluxClientBuilder settings) {
        address = settings.address();
        callPool = pool("calls", settings.maxCalls(), settings.maxCalls() * WAITING_FOR_A_CALL);
        streamPool = pool("streams", settings.maxStreams(), settings.maxStreams());
        SslContext tls = tls(settings);
        calls = client(callPool, settings, tls).responseTimeout(settings.answerTimeout());
        streams = client(streamPool, settings, tls)
                .option(ChannelOption.AUTO_CLOSE, false)
                .doOnChannelInit((observer, channel, to) -> channel.pipeline()
                        .addBefore(NettyPipeline.ReactiveBridge, "runflux.no-origin", NoOrigin.INSTANCE));
    }

    static Http open(RunfluxClientBuilder settings) {
        return new Http(settings);
    }

    private static ConnectionProvider pool(String name, int max, int waiting) {
        return ConnectionProvider.builder("runflux-client-" + name)
                .maxConnections(max)
                .pendingAcquireMaxCount(waiting)
                .pendingAcquireTimeout(POOL_LIMIT)
                .maxIdleTime(IDLE_LIMIT)
                .build();
    }

    private HttpClient client(ConnectionProvider pool, RunfluxClientBuilder settings, @Nullable SslContext tls) {
        String token = settings.token();
        HttpClient client = HttpClient.create(pool)
                .runOn(TcpResources.get())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_LIMIT.toMillis())
                .headers(headers -> {
                    if (token != null) {
                        headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token);
                    }
                })
                .doOnResponse(Http::leaveWhoRefuses);
        if (address.isUnix()) {
            SocketAddress socket = socket(address.place());
            return client.remoteAddress(() -> socket);
        }
        HttpClient remote = watched(client).baseUrl(address.toString());
        return tls == null ? remote : remote.secure(ssl -> ssl.sslContext(tls));
    }

    /**
     * A server that is about to end may be followed by another, which is not at the end of this connection. After other
     * refusals a server may not have read the request to its end, and would not see the next one for that.
     */
    private static void leaveWhoRefuses(HttpClientResponse response, Connection connection) {
        if (response.status().code() >= HttpResponseStatus.BAD_REQUEST.code()) {
            connection.markPersistent(false);
        }
    }

    /** The loops say which kind of address their sockets take. */
    private static SocketAddress socket(String path) {
        return isOn(NioIoHandle.class) ? UnixDomainSocketAddress.of(path) : new DomainSocketAddress(path);
    }

    private static boolean isOn(Class<? extends io.netty.channel.IoHandle> kind) {
        return TcpResources.get().onClient(true).next() instanceof IoEventLoop loop && loop.isCompatible(kind);
    }

    /** A machine that is gone without a word is noticed by the kernel within a minute. */
    private static HttpClient watched(HttpClient client) {
        HttpClient watched = client.option(ChannelOption.SO_KEEPALIVE, true);
        return isOn(EpollIoHandle.class)
                ? watched.option(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_SECONDS)
                        .option(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_SECONDS)
                        .option(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES)
                        .option(EpollChannelOption.TCP_USER_TIMEOUT, KEEPALIVE_SECONDS * KEEPALIVE_PROBES * 1000)
                : watched;
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

    /** Asks for what needs nothing but the runtime's answer. */
    <T> Mono<T> call(HttpMethod method, String uri, @Nullable Object body, Class<T> type) {
        return ask(calls, method, uri, body, type);
    }

    /** Asks for what takes as long as a container does. */
    <T> Mono<T> wait(HttpMethod method, String uri, @Nullable Object body, Class<T> type) {
        return ask(streams, method, uri, body, type);
    }

    private <T> Mono<T> ask(HttpClient client, HttpMethod method, String uri, @Nullable Object body, Class<T> type) {
        return Mono.defer(() -> {
            AtomicBoolean isSent = new AtomicBoolean();
            HttpClient.RequestSender request = marking(client, isSent)
                    .headers(headers -> headers.set(HttpHeaderNames.ACCEPT, JSON))
                    .request(method);
            return sending(request.uri(uri), body)
                    .response((response, content) -> read(response, content)
                            .<T>flatMap(bytes -> type == Void.class
                                    ? Mono.empty()
                                    : Mono.fromSupplier(() -> WireJson.readAnswer(bytes, type))))
                    .next()
                    .onErrorMap(error -> toError(error, isSent.get()));
        });
    }

    private static HttpClient marking(HttpClient client, AtomicBoolean isSent) {
        return client.doOnRequest((request, connection) -> isSent.set(true));
    }

    private static HttpClient.ResponseReceiver<?> sending(HttpClient.RequestSender request, @Nullable Object body) {
        if (body == null) {
            return request;
        }
        byte[] json = WireJson.write(body);
        return request.send((sent, outbound) -> {
            sent.header(HttpHeaderNames.CONTENT_TYPE, JSON);
            sent.header(HttpHeaderNames.CONTENT_LENGTH, String.valueOf(json.length));
            return outbound.sendByteArray(Mono.just(json));
        });
    }

    private static Mono<byte[]> read(HttpClientResponse response, ByteBufFlux content) {
        return isSuccess(response) ? Chunks.join(content, MAX_ANSWER_BYTES) : refusal(response, content);
    }

    private static boolean isSuccess(HttpClientResponse response) {
        int status = response.status().code();
        return status >= 200 && status < 300;
    }

    private static <T> Mono<T> refusal(HttpClientResponse response, ByteBufFlux content) {
        return Chunks.join(content, WireJson.MAX_BYTES)
                .flatMap(bytes -> Mono.error(() -> new RefusedException(problem(response, bytes))));
    }

    /** What stands between may answer in its own way. */
    private static Problem problem(HttpClientResponse response, byte[] bytes) {
        String type = response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE, "");
        if (type.startsWith(Problem.MEDIA_TYPE)) {
            return WireJson.readAnswer(bytes, Problem.class);
        }
        int status = response.status().code();
        return new Problem("about:blank", response.status().reasonPhrase(), status, "it did not say why", null, null);
    }

    /**
     * Asks for lines of JSON, each of 1 MiB at most. Demand is honoured but for what is on the way. Who wants to know
     * is told before the first when the server has begun to answer.
     */
    Flux<String> lines(String uri, Consumer<HttpHeaders> whenAnswered) {
        return Flux.defer(() -> {
            AtomicBoolean isSent = new AtomicBoolean();
            return marking(streams, isSent)
                    .headers(headers -> headers.set(HttpHeaderNames.ACCEPT, EventLines.MEDIA_TYPE))
                    .get()
                    .uri(uri)
                    .response((response, content) -> lines(response, content, whenAnswered))
                    .onErrorMap(error -> toError(error, isSent.get()));
        });
    }

    private static Flux<String> lines(
            HttpClientResponse response, ByteBufFlux content, Consumer<HttpHeaders> whenAnswered) {
        if (!isSuccess(response)) {
            return Http.<String>refusal(response, content).flux();
        }
        whenAnswered.accept(response.responseHeaders());
        return Chunks.lines(content);
    }

    /** Works with a WebSocket, whose messages are of 1 MiB at most. */
    <T> Mono<T> stream(String uri, BiFunction<WebsocketInbound, WebsocketOutbound, Mono<T>> work) {
        WebsocketClientSpec spec = WebsocketClientSpec.builder()
                .protocols(StreamFrames.SUBPROTOCOL)
                .maxFramePayloadLength(StreamFrames.MAX_JSON_BYTES + 1)
                .build();
        return streams.websocket(spec)
                .uri(uri)
                .handle((in, out) -> work.apply(in, out).materialize())
                .next()
                .onErrorMap(error -> toError(error, false))
                .dematerialize();
    }

    /** Returns an error of the way, or of the server, as it is told. */
    RuntimeException toError(Throwable error, boolean isSent) {
        if (error instanceof RefusedException refused) {
            RuntimeException told = refused.problem().toException();
            return told instanceof RefusedException ? new ServerProblemException(refused.problem()) : told;
        }
        if (error instanceof WebSocketClientHandshakeException refused && refused.response() != null) {
            return new ServerProblemException(problem(refused.response().status()));
        }
        String done = isSent ? "the connection to " + address + " was lost" : address + " cannot be reached";
        return new ServerUnavailableException(done + ": " + words(error), isSent, error);
    }

    /** Of a refused upgrade the code alone comes through; where it means one thing, that is told. */
    private static Problem problem(HttpResponseStatus status) {
        List<ProblemKind> kinds = Arrays.stream(ProblemKind.values())
                .filter(kind -> kind.status() == status.code())
                .toList();
        String detail = "it did not say why";
        return kinds.size() == 1
                ? kinds.get(0).problem(detail)
                : new Problem("about:blank", status.reasonPhrase(), status.code(), detail, null, null);
    }

    private static String words(Throwable error) {
        if (error instanceof FileNotFoundException) {
            return "there is no such socket";
        }
        if (error instanceof ReadTimeoutException) {
            return "no answer in time";
        }
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }

    /** Closes the connections over which nothing is asked; the others are closed by those who use them. */
    Mono<Void> close() {
        return Mono.when(callPool.disposeLater(), streamPool.disposeLater());
    }
}
