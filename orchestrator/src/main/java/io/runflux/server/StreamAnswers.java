// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.orchestrator.LogsOptions;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.stdio.LogStart;
import io.runflux.wire.WireDurations;
import io.runflux.wire.WireJson;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/** Operations that go on, of one container. */
record StreamAnswers(Orchestrator orchestrator, Running running) {
    Mono<Void> waitFor(Exchange exchange) {
        ContainerId id = exchange.id();
        return running.stream(() -> waitFor(id).flatMap(status -> exchange.json(200, status)));
    }

    private Mono<ExitStatus> waitFor(ContainerId id) {
        return orchestrator.waitFor(id).takeUntilOther(running.closing()).switchIfEmpty(Mono.error(Running::refusal));
    }

    Mono<Void> stats(Exchange exchange) {
        ContainerId id = exchange.id();
        String interval = exchange.query().text("interval");
        if (interval == null) {
            exchange.accepted(List.of(Exchange.JSON));
            return orchestrator.stats(id).flatMap(stats -> exchange.json(200, stats));
        }
        Duration pause = WireDurations.parse(interval);
        return lines(exchange, orchestrator.stats(id, pause));
    }

    Mono<Void> logs(Exchange exchange) {
        ContainerId id = exchange.id();
        Query query = exchange.query();
        LogsOptions options = new LogsOptions(start(query.text("lines")), query.isTrue("follow"));
        return lines(exchange, orchestrator.logs(id, options));
    }

    private static LogStart start(@Nullable String lines) {
        if (lines == null) {
            return LogStart.beginning();
        }
        if (!lines.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("lines must be a number, 0 or more");
        }
        return LogStart.last(Integer.parseInt(lines));
    }

    /** The end of the server is not that of the lines, which are broken off. */
    private Mono<Void> lines(Exchange exchange, Flux<?> values) {
        exchange.accepted(List.of(Routes.LINES));
        Flux<?> whole = brokenOff(values);
        return running.stream(() -> send(exchange.response(), Routes.LINES, whole.map(StreamAnswers::line)));
    }

    /** An error of the other would not cancel, in Reactor 3.8. */
    private <T> Flux<T> brokenOff(Flux<T> values) {
        return running.untilClosing(values)
                .concatWith(Mono.defer(() -> running.isClosing() ? Mono.error(Running.refusal()) : Mono.empty()));
    }

    /** An error before the first signal has a code of HTTP; after that it breaks the answer off. */
    static Mono<Void> send(HttpServerResponse response, String type, Flux<ByteBuf> content) {
        return content.switchOnFirst((first, all) -> first.isOnError()
                        ? all.then()
                        : begin(response, type).send(all).then())
                .then(Mono.empty());
    }

    private static ByteBuf line(Object value) {
        byte[] json = WireJson.write(value);
        return Unpooled.buffer(json.length + 1).writeBytes(json).writeByte('\n');
    }

    /** Proxies, too, are told to keep nothing and to pass everything on at once. */
    private static HttpServerResponse begin(HttpServerResponse response, String type) {
        return response.header(HttpHeaderNames.CONTENT_TYPE, type)
                .header(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .header("X-Accel-Buffering", "no")
                .header("X-Content-Type-Options", "nosniff");
    }
}
