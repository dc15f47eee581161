// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.runflux.events.EventLines;
import io.runflux.wire.StreamFrames;
import io.runflux.wire.WireJson;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * Requests to one server. What goes wrong on the way is told as one kind of error, and what the server tells as the
 * error that it was there.
 */
final class Http {
    private static final String JSON = "application/json";
    private static final WebsocketClientSpec WEBSOCKET = WebsocketClientSpec.builder()
            .protocols(StreamFrames.SUBPROTOCOL)
            .maxFramePayloadLength(StreamFrames.MAX_JSON_BYTES + 1)
            .build();

    private final Transport transport;
    private final Failures failures;

    private Http(Transport transport, Failures failures) {
        this.transport = transport;
        this.failures = failures;
    }

    static Http open(RunfluxClientBuilder settings) {
        return new Http(Transport.open(settings), new Failures(settings.address()));
    }

    /** Asks for what needs nothing but the runtime's answer. */
    <T> Mono<T> call(HttpMethod method, String uri, @Nullable Object body, Class<T> type) {
        return ask(transport.calls(), client -> sending(client.request(method).uri(uri), body), type);
    }

    /** Asks for what takes as long as a container does. */
    <T> Mono<T> wait(HttpMethod method, String uri, @Nullable Object body, Class<T> type) {
        return ask(transport.streams(), client -> sending(client.request(method).uri(uri), body), type);
    }

    private <T> Mono<T> ask(
            HttpClient client, Function<HttpClient, HttpClient.ResponseReceiver<?>> request, Class<T> type) {
        return telling(accepting(client, JSON), asking -> request.apply(asking)
                        .response((response, content) -> Answers.value(response, content, type)))
                .next();
    }

    private static HttpClient accepting(HttpClient client, String type) {
        return client.headers(headers -> headers.set(HttpHeaderNames.ACCEPT, type));
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

    /** Asks, and tells what goes wrong with whether something was sent. */
    private <T> Flux<T> telling(HttpClient client, Function<HttpClient, Flux<T>> ask) {
        return Flux.defer(() -> telling(client, ask, new AtomicBoolean()));
    }

    private <T> Flux<T> telling(HttpClient client, Function<HttpClient, Flux<T>> ask, AtomicBoolean isSent) {
        return ask.apply(client.doOnRequest((request, connection) -> isSent.set(true)))
                .onErrorMap(error -> failures.of(error, isSent.get()));
    }

    /**
     * Asks for lines of JSON, each of 1 MiB at most. Demand is honoured but for what is on the way. Who wants to know
     * is told before the first when the server has begun to answer.
     */
    Flux<String> lines(String uri, Consumer<HttpHeaders> whenAnswered) {
        return telling(accepting(transport.streams(), EventLines.MEDIA_TYPE), client -> client.get()
                .uri(uri)
                .response((response, content) -> lines(response, content, whenAnswered)));
    }

    private static Flux<String> lines(
            HttpClientResponse response, ByteBufFlux content, Consumer<HttpHeaders> whenAnswered) {
        if (!Answers.isSuccess(response)) {
            return Answers.<String>refusal(response, content).flux();
        }
        whenAnswered.accept(response.responseHeaders());
        return Chunks.lines(content);
    }

    /** Works with a WebSocket, whose messages are of 1 MiB at most. What goes wrong with the work is told as it is. */
    <T> Mono<T> stream(String uri, BiFunction<WebsocketInbound, WebsocketOutbound, Mono<T>> work) {
        return transport
                .streams()
                .websocket(WEBSOCKET)
                .uri(uri)
                .handle((in, out) -> work.apply(in, out).materialize())
                .next()
                .onErrorMap(error -> failures.of(error, false))
                .dematerialize();
    }

    /** Returns what goes wrong after something was sent. */
    RuntimeException toError(Throwable error) {
        return failures.of(error, true);
    }

    Mono<Void> close() {
        return transport.close();
    }
}
