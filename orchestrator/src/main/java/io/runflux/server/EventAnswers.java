// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.runflux.events.EventCursor;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventJson;
import io.runflux.events.EventLines;
import io.runflux.events.EventQuery;
import io.runflux.events.EventSse;
import io.runflux.events.EventStream;
import io.runflux.events.OverflowPolicy;
import io.runflux.events.SubscribeOptions;
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.wire.Problem;
import io.runflux.wire.WirePaths;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * What happens, as server-sent events, as lines, or as messages. Who is slow keeps nobody else; what the stream of
 * events does not keep long enough comes as a gap.
 *
 * <p>Who does not say where to begin begins where the events are now, and is told so, so that a browser that is cut off
 * before the first event misses nothing when it comes again.
 */
record EventAnswers(Orchestrator orchestrator, ServerLimits limits, Running running) {
    private static final Logger log = LoggerFactory.getLogger(EventAnswers.class);

    /** A browser that finds nobody when it comes again gives up, so a server that begins again gets some time. */
    private static final Duration RETRY = Duration.ofSeconds(3);

    private static final int ENCODED = 16;
    private static final int MAX_FRAME = 65_536;
    private static final List<String> TYPES = List.of(EventSse.MEDIA_TYPE, EventLines.MEDIA_TYPE);

    Mono<Void> events(Exchange exchange) {
        EventQuery query = EventQuery.parse(exchange.target().query());
        EventCursor last = EventSse.lastEventId(exchange.header(EventSse.LAST_EVENT_ID));
        SubscribeOptions options = query.options(last).withOverflow(OverflowPolicy.WAIT);
        EventCursor place = last == null ? query.after() : last;
        if (exchange.isUpgrade()) {
            return new WebSockets(running, MAX_FRAME, null)
                    .open(exchange, (in, out) -> messages(in, out, orchestrator.events(options)));
        }
        boolean isSse = exchange.accepted(TYPES).equals(EventSse.MEDIA_TYPE);
        return running.stream(
                () -> begin(options, place).flatMap(begun -> isSse ? blocks(exchange, begun) : lines(exchange, begun)));
    }

    /** Where nobody says where to begin, it is said; where that cannot be found out, the stream begins all the same. */
    private Mono<Begun> begin(SubscribeOptions options, @Nullable EventCursor place) {
        if (place != null || options.fromSequence() > 0) {
            return Mono.just(new Begun(options, place));
        }
        return now().map(now -> new Begun(options.after(now), now)).onErrorReturn(new Begun(options, null));
    }

    private Mono<EventCursor> now() {
        if (orchestrator instanceof EmbeddedOrchestrator embedded) {
            EventStream events = embedded.eventStream();
            return Mono.fromSupplier(() -> new EventCursor(events.epoch(), events.lastSequence()));
        }
        return orchestrator.snapshot().map(snapshot -> new EventCursor(snapshot.epoch(), snapshot.sequence()));
    }

    private Mono<Void> blocks(Exchange exchange, Begun begun) {
        String first = EventSse.retry(RETRY) + (begun.place() == null ? "" : EventSse.position(begun.place()));
        Flux<String> blocks = EventSse.blocks(orchestrator.events(begun.options()), limits.heartbeat());
        return send(exchange, EventSse.MEDIA_TYPE, first, blocks);
    }

    /** A program reads in the headers where it is, and what time it is here. */
    private Mono<Void> lines(Exchange exchange, Begun begun) {
        HttpHeaders headers = exchange.response().responseHeaders();
        headers.set(
                HttpHeaderNames.DATE,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atOffset(ZoneOffset.UTC)));
        if (begun.place() != null) {
            headers.set(WirePaths.CURSOR_HEADER, begun.place().toString());
        }
        Flux<EventEnvelope> events = orchestrator.events(begun.options());
        return send(exchange, EventLines.MEDIA_TYPE, "\n", EventLines.lines(events, limits.heartbeat()));
    }

    /**
     * The first words follow the subscription, so that its error still has a code of HTTP, and have the headers sent.
     */
    private Mono<Void> send(Exchange exchange, String type, String first, Flux<String> written) {
        Flux<String> all = Flux.merge(ENCODED, written.materialize(), Mono.just(Signal.next(first)))
                .dematerialize();
        return StreamAnswers.send(
                exchange.response(),
                type,
                running.untilClosing(all).map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
    }

    private Mono<Void> messages(WebsocketInbound in, WebsocketOutbound out, Flux<EventEnvelope> events) {
        Flux<WebSocketFrame> frames =
                running.untilClosing(events).map(event -> new TextWebSocketFrame(EventJson.write(event)));
        Flux<WebSocketFrame> beats =
                Flux.interval(limits.heartbeat()).onBackpressureDrop().map(tick -> new PingWebSocketFrame());
        Mono<Void> sent = out.sendObject(
                        Flux.merge(1, frames.materialize(), beats.materialize()).dematerialize())
                .then();
        return Flux.merge(sent.thenReturn(true), in.receiveFrames().then(Mono.<Boolean>empty()))
                .next()
                .then(Mono.defer(() -> out.sendClose(1001, "the server ends")))
                .onErrorResume(error -> breakOff(out, error));
    }

    private static Mono<Void> breakOff(WebsocketOutbound out, Throwable error) {
        Problem problem = Faults.toProblem(error);
        if (Faults.isInternal(problem)) {
            log.warn("events over a WebSocket broke off", error);
        } else {
            log.warn("events over a WebSocket broke off: {}", Caller.printable(problem.detail()));
        }
        return out.sendClose(1011, problem.title());
    }

    private record Begun(SubscribeOptions options, @Nullable EventCursor place) {}
}
