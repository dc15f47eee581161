// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.concurrent.Future;
import io.runflux.server.RouteTable.Match;
import io.runflux.server.RouteTable.MethodNotAllowedException;
import io.runflux.wire.Problem;
import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import io.runflux.wire.WireJson;
import io.runflux.wire.WirePaths;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** The way of every request: who asks, what for, the answer, and what comes of an error. */
final class Dispatcher implements BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    /** These say nothing that anybody could use. */
    private static final Set<String> OPEN = Set.of(WirePaths.HEALTH, WirePaths.READY);

    private static final String RETRY_AFTER_SECONDS = "1";
    private static final Route UNMATCHED = Route.get("", "", "", exchange -> Mono.empty());

    private final Gate gate;
    private final RouteTable routes;
    private final Running running;
    private final Duration bodyTimeout;

    Dispatcher(Gate gate, RouteTable routes, Running running, Duration bodyTimeout) {
        this.bodyTimeout = bodyTimeout;
        this.gate = gate;
        this.routes = routes;
        this.running = running;
    }

    @Override
    public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
        return running.request(() -> Exchange.turn(response)
                .then(Mono.defer(() -> answer(request, response)))
                .onErrorResume(error -> refuse(request, response, error)));
    }

    private Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        gate.checkOrigin(request);
        String path = pathOf(request);
        if (!OPEN.contains(path)) {
            gate.checkToken(request);
        }
        Exchange unmatched = new Exchange(request, response, bodyTimeout, UNMATCHED, Map.of());
        Match match = routes.find(request.method().name(), path, unmatched.isUpgrade());
        Exchange exchange = new Exchange(request, response, bodyTimeout, match.route(), match.parameters());
        check(exchange, path);
        return match.route().handler().apply(exchange);
    }

    private void check(Exchange exchange, String path) {
        Route route = exchange.route();
        if (route.mustUpgrade() && !exchange.isUpgrade()) {
            throw new RefusedException(ProblemKind.UPGRADE_REQUIRED, "this is for WebSockets");
        }
        if (!route.types().isEmpty() && !exchange.isUpgrade()) {
            exchange.accepted(route.types());
        }
        exchange.query();
        if (running.isClosing() && !OPEN.contains(path)) {
            throw Running.refusal();
        }
    }

    /** As it was sent; Reactor Netty's own is decoded, which would make a separator of what is none. */
    private static String pathOf(HttpServerRequest request) {
        int question = request.uri().indexOf('?');
        return question < 0 ? request.uri() : request.uri().substring(0, question);
    }

    private static Mono<Void> refuse(HttpServerRequest request, HttpServerResponse response, Throwable error) {
        Problem problem = toProblem(error).withInstance(pathOf(request));
        if (problem.type().equals(ProblemKind.INTERNAL.type())) {
            log.warn("{} {} failed", request.method(), Caller.printable(problem.instance()), error);
        }
        if (response.hasSentHeaders()) {
            log.debug("{} {} broke off", request.method(), Caller.printable(problem.instance()), error);
            request.withConnection(Dispatcher::cut);
            return Mono.empty();
        }
        addHeaders(response, problem.status(), error);
        response.responseHeaders().remove(HttpHeaderNames.TRANSFER_ENCODING);
        return Exchange.send(response, problem.status(), Problem.MEDIA_TYPE, WireJson.write(problem));
    }

    /** The connection's own disposal forgets who answers, rather than cancelling it. */
    private static void cut(Connection connection) {
        Future<?> unused = connection.channel().close();
    }

    private static Problem toProblem(Throwable error) {
        return error instanceof MethodNotAllowedException method
                ? ProblemKind.METHOD_NOT_ALLOWED.problem(String.valueOf(method.getMessage()))
                : Problem.of(error);
    }

    private static void addHeaders(HttpServerResponse response, int status, Throwable error) {
        if (error instanceof MethodNotAllowedException method) {
            response.header(HttpHeaderNames.ALLOW, method.allowed());
        }
        switch (status) {
            case 401 -> response.header(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
            case 426 ->
                response.header(HttpHeaderNames.UPGRADE, "websocket")
                        .header(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSockets.VERSION);
            case 429, 503 -> response.header(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
            default -> {}
        }
    }
}
