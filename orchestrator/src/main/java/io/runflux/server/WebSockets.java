// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * Upgrades connections. For Reactor Netty the request is over with that, and it cancels nothing when the client goes:
 * what goes on is counted, and cancelled, here.
 *
 * @param running what goes on
 * @param maxFrameBytes how long a frame of a client may be
 * @param protocol the name of what is spoken, or null if there is none
 */
record WebSockets(
        Running running, int maxFrameBytes, @Nullable String protocol) {
    static final String VERSION = "13";

    /** What is said. */
    interface Conversation {
        Mono<Void> hold(WebsocketInbound in, WebsocketOutbound out);
    }

    Mono<Void> open(Exchange exchange, Conversation conversation) {
        return Mono.defer(() -> upgrade(exchange, spec(exchange), new Held(conversation, running.begin())));
    }

    private static Mono<Void> upgrade(Exchange exchange, WebsocketServerSpec spec, Held held) {
        return Mono.defer(() -> exchange.response().sendWebsocket(held, spec))
                .doOnError(error -> held.place().dispose())
                .doOnCancel(held.place()::dispose);
    }

    /** A client that asks for another protocol would get a connection on which nobody speaks. */
    private WebsocketServerSpec spec(Exchange exchange) {
        if (!VERSION.equals(exchange.header(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            throw new RefusedException(ProblemKind.UPGRADE_REQUIRED, "this is for WebSockets of version " + VERSION);
        }
        if (exchange.header(HttpHeaderNames.SEC_WEBSOCKET_KEY) == null) {
            throw new IllegalArgumentException("there must be a Sec-WebSocket-Key");
        }
        WebsocketServerSpec.Builder spec = WebsocketServerSpec.builder().maxFramePayloadLength(maxFrameBytes);
        String asked = exchange.header(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        if (asked == null) {
            return spec.build();
        }
        List<String> names = Arrays.stream(asked.split(",")).map(String::strip).toList();
        if (protocol == null || !names.contains(protocol)) {
            throw new IllegalArgumentException(
                    protocol == null ? "there is no subprotocol here" : "the subprotocol must be " + protocol);
        }
        return spec.protocols(protocol).build();
    }

    /** A conversation, and its place, which it gives back at its end. */
    private record Held(Conversation conversation, Disposable place)
            implements BiFunction<WebsocketInbound, WebsocketOutbound, Publisher<Void>> {
        @Override
        public Publisher<Void> apply(WebsocketInbound in, WebsocketOutbound out) {
            Sinks.Empty<Void> gone = Sinks.empty();
            in.withConnection(connection -> connection.onDispose(gone::tryEmitEmpty));
            return Mono.defer(() -> conversation.hold(in, out))
                    .takeUntilOther(gone.asMono())
                    .doFinally(signal -> place.dispose());
        }
    }
}
