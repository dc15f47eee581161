// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.process.StdinClosedException;
import io.runflux.process.Stdio;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.wire.AttachEnding;
import io.runflux.wire.Problem;
import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import io.runflux.wire.StreamFrames;
import io.runflux.wire.WireJson;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * The streams of a process over a WebSocket, as {@link StreamFrames} has them. One message is written at a time, and
 * the next is read from the process when that is on its way, so that a client that does not read has the process wait;
 * one is read from the client when the process takes input. A client that goes cancels.
 */
record ProcessSocket(ServerLimits limits, Running running) {
    private static final Logger log = LoggerFactory.getLogger(ProcessSocket.class);
    private static final int GOING_AWAY = 1001;
    private static final int NORMAL = 1000;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    /** Does what the first message asks for, and returns what is said last. */
    interface Session {
        Mono<?> run(String request, Streams streams);
    }

    Mono<Void> open(Exchange exchange, Session session) {
        return new WebSockets(running, StreamFrames.MAX_JSON_BYTES, StreamFrames.SUBPROTOCOL)
                .open(exchange, (in, out) -> serve(in, out, session));
    }

    private Mono<Void> serve(WebsocketInbound in, WebsocketOutbound out, Session session) {
        Inbox inbox = new Inbox();
        in.aggregateFrames(StreamFrames.MAX_JSON_BYTES)
                .receiveFrames()
                .handle(Message::pass)
                .subscribe(inbox);
        Mono<Object> done =
                request(inbox).flatMap(request -> session.run(request, new Streams(inbox, out, Sinks.empty())));
        Mono<Void> work = Faults.judging(done)
                .onErrorResume(ProcessSocket::ending)
                .takeUntilOther(running.closing())
                .flatMap(ending -> end(inbox, out, ending).thenReturn(true))
                .switchIfEmpty(Mono.defer(
                        () -> out.sendClose(GOING_AWAY, "the server ends").thenReturn(true)))
                .then();
        return Mono.firstWithSignal(work, beats(out));
    }

    private Mono<String> request(Inbox inbox) {
        return inbox.messages()
                .next()
                .timeout(limits.requestTimeout())
                .onErrorMap(
                        TimeoutException.class,
                        late -> new RefusedException(
                                ProblemKind.REQUEST_TIMEOUT, "the first message did not come in time"))
                .map(ProcessSocket::request);
    }

    private static String request(Message message) {
        if (message.kind() != Message.TEXT) {
            throw new IllegalArgumentException("the first message must be a text with the request");
        }
        return message.text();
    }

    private static Mono<Object> ending(Throwable error) {
        Problem problem = Faults.toProblem(error);
        if (Faults.isInternal(problem)) {
            log.warn("a stream of a process failed", error);
        }
        return Mono.just(new AttachEnding(null, problem));
    }

    /** A connection that is closed with something unread may lose what was written, so the client closes it first. */
    private static Mono<Void> end(Inbox inbox, WebsocketOutbound out, Object ending) {
        WebSocketFrame last = frame(StreamFrames.ENDING, Unpooled.wrappedBuffer(WireJson.write(ending)));
        return out.sendObject(Flux.just(last, new CloseWebSocketFrame(NORMAL, "")))
                .then()
                .then(inbox.messages().then().timeout(CLOSE_LIMIT, Mono.empty()))
                .onErrorComplete();
    }

    /** Fails when the client does not take them any more. */
    private Mono<Void> beats(WebsocketOutbound out) {
        return Flux.interval(limits.heartbeat())
                .onBackpressureDrop()
                .concatMap(tick -> out.sendObject(new PingWebSocketFrame()).then(), 1)
                .then(Mono.never());
    }

    private static WebSocketFrame frame(int kind, ByteBuf content) {
        return new BinaryWebSocketFrame(Unpooled.buffer(content.readableBytes() + 1)
                .writeByte(kind)
                .writeBytes(content, content.readerIndex(), content.readableBytes()));
    }

    /** What comes from the client, and goes to it. */
    record Streams(Inbox inbox, WebsocketOutbound out, Sinks.Empty<Void> left) {
        ContainerStreams connectedAs(ContainerStdio stdio) {
            return new Relay(stdio, this);
        }

        private Mono<Void> output(ContainerProcess process) {
            return Flux.merge(
                            1,
                            process.stdout().map(bytes -> frame(StreamFrames.STDOUT, bytes)),
                            process.stderr().map(bytes -> frame(StreamFrames.STDERR, bytes)))
                    .concatMap(frame -> out.sendObject(frame).then(), 1)
                    .doOnDiscard(WebSocketFrame.class, WebSocketFrame::release)
                    .then();
        }

        /** After the end of the input, and where none is taken, sizes still count. */
        private Mono<Void> input(ContainerProcess process, boolean takesInput) {
            Mono<Void> sent =
                    takesInput ? contents(process).next().flatMap(first -> send(process, first)) : Mono.empty();
            return sent.then(contents(process).then());
        }

        /** Whom nothing is sent need not take any. */
        private Mono<Void> send(ContainerProcess process, Message first) {
            Flux<ByteBuf> typed = contents(process)
                    .startWith(first)
                    .takeWhile(message -> message.content().isReadable())
                    .map(Message::content);
            return process.send(typed).onErrorComplete(StdinClosedException.class);
        }

        private Flux<Message> contents(ContainerProcess process) {
            return inbox.messages().concatMap(message -> content(process, message), 0);
        }

        private Mono<Message> content(ContainerProcess process, Message message) {
            return switch (message.kind()) {
                case StreamFrames.STDIN -> Mono.just(message);
                case StreamFrames.SIZE ->
                    process.resize(WireJson.read(message.text(), TerminalSize.class))
                            .then(Mono.empty());
                case StreamFrames.DONE -> left(message.text());
                default ->
                    Mono.error(() -> new IllegalArgumentException("a message must begin with "
                            + StreamFrames.STDIN + " (input), " + StreamFrames.SIZE + " (size) or " + StreamFrames.DONE
                            + " (done)"));
            };
        }

        /** What the client did with the streams is all that can be done with them. */
        private Mono<Message> left(String failure) {
            if (!failure.isEmpty()) {
                return Mono.error(() -> new IllegalStateException("the work with the streams failed: " + failure));
            }
            left.tryEmitEmpty();
            return Mono.empty();
        }
    }

    private record Relay(ContainerStdio stdio, Streams streams) implements ContainerStreams {
        @Override
        public Mono<Void> relay(ContainerProcess process) {
            boolean takesInput = stdio.terminal() != null || stdio.stdin() == Stdio.pipe();
            Mono<Void> toTheEnd = Mono.when(streams.output(process), process.exit());
            return Flux.merge(
                            toTheEnd.thenReturn(true),
                            streams.left().asMono().thenReturn(true),
                            streams.input(process, takesInput).then(Mono.<Boolean>empty()))
                    .next()
                    .then();
        }
    }
}
