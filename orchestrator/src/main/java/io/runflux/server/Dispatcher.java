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
import java.time.Duration;
import java.util.Map;
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

    private static final String RETRY_AFTER_SECONDS = "1";
    private static final Route UNMATCHED = Route.get("", "", "", exchange -> Mono.empty());

    private final Gate gate;
    private final RouteTable routes;
    private final Running running;
    private final ServerMeters meters;
    private final Duration bodyTimeout;

    Dispatcher(Gate gate, RouteTable routes, Running running, ServerMeters meters, Duration bodyTimeout) {
        this.bodyTimeout = bodyTimeout;
        this.meters = meters;
        this.gate = gate;
        this.routes = routes;
        this.running = running;
    }

    @Override
    public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
        return running.request(() -> answer(new Asked(
                request,
                response,
                Target.parse(request.uri()),
                meters.begin(request.method().name()))));
    }

    private Mono<Void> answer(Asked asked) {
        return Exchange.turn(asked.response())
                .then(Mono.defer(() -> dispatch(asked)))
                .onErrorResume(error -> refuse(asked, error))
                .doFinally(signal ->
                        asked.timing().end(signal, asked.response().status().code()));
    }

    private Mono<Void> dispatch(Asked asked) {
        Exchange exchange = Faults.reading(() -> find(asked));
        Mono<Void> answer = Faults.reading(() -> exchange.route().handler().apply(exchange));
        return exchange.route().request() == null ? answer : Faults.judging(answer);
    }

    private Exchange find(Asked asked) {
        HttpServerRequest request = asked.request();
        String path = asked.target().path();
        checkCaller(asked);
        boolean isUpgrade = asked.exchange(bodyTimeout, UNMATCHED, Map.of()).isUpgrade();
        Match match = routes.find(request.method().name(), path, isUpgrade);
        asked.timing().found(match.route(), isUpgrade);
        Exchange exchange = asked.exchange(bodyTimeout, match.route(), match.parameters());
        check(exchange, path);
        return exchange;
    }

    /** A stranger gets one answer for each connection, and so keeps none from others. */
    private void checkCaller(Asked asked) {
        boolean isStranger = !gate.hasToken(asked.request());
        if (isStranger) {
            asked.response().keepAlive(false);
        }
        gate.checkOrigin(asked.request(), asked.target());
        if (isStranger && !Demands.isOpen(asked.target().path())) {
            throw new RefusedException(ProblemKind.UNAUTHORIZED, "a bearer token is required, and it must be right");
        }
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
        if (running.isClosing() && !Demands.isOpen(path)) {
            throw Running.refusal();
        }
    }

    private Mono<Void> refuse(Asked asked, Throwable error) {
        HttpServerResponse response = asked.response();
        Problem problem = toProblem(error).withInstance(asked.target().path());
        String words = Caller.printable(asked.request().method() + " " + problem.instance());
        if (Faults.isInternal(problem)) {
            log.warn("{} failed", words, error);
        }
        if (response.hasSentHeaders()) {
            log.debug("{} broke off", words, error);
            asked.request().withConnection(Dispatcher::cut);
            return Mono.empty();
        }
        if (error instanceof RefusedException || error instanceof MethodNotAllowedException) {
            meters.refused(problem);
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
                : Faults.toProblem(error);
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

    /** A request on its way. */
    private record Asked(
            HttpServerRequest request, HttpServerResponse response, Target target, ServerMeters.Timing timing) {
        Exchange exchange(Duration bodyTimeout, Route route, Map<String, String> parameters) {
            return new Exchange(request, response, target, bodyTimeout, route, parameters);
        }
    }
}
