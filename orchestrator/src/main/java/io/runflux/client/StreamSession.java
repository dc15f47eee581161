// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.runflux.wire.StreamFrames;
import io.runflux.wire.WireJson;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * The streams of a process over a WebSocket, from the request to the last message, which says how it ended. A message
 * is read when both outputs have room, so that the container waits for who does not read.
 *
 * @param <E> how it ended
 */
final class StreamSession<E> implements CoreSubscriber<WebSocketFrame> {
    private final byte[] request;
    private final Class<E> type;
    private final Function<Throwable, RuntimeException> lost;
    private final RemoteProcess process = new RemoteProcess(this::readOn);
    private final Sinks.One<E> ending = Sinks.one();
    private final Sinks.Empty<Void> written = Sinks.empty();
    private final AtomicBoolean isWaiting = new AtomicBoolean();
    private @Nullable Subscription messages;

    StreamSession(Object request, Class<E> type, Function<Throwable, RuntimeException> lost) {
        this.request = WireJson.write(request);
        this.type = type;
        this.lost = lost;
        if (this.request.length > StreamFrames.MAX_JSON_BYTES) {
            throw new IllegalArgumentException("a request must have at most " + StreamFrames.MAX_JSON_BYTES
                    + " bytes as JSON, has " + this.request.length);
        }
    }

    RemoteProcess process() {
        return process;
    }

    /** How it ended; fails if the connection is lost before that is told. */
    Mono<E> ending() {
        return ending.asMono();
    }

    /** Completes when the process has written something. */
    Mono<Void> written() {
        return written.asMono();
    }

    /** The error of a connection that is of no use any more. */
    RuntimeException lost(Throwable why) {
        return lost.apply(why);
    }

    /** Tells that nothing more is done with the streams here, and how it ended; empty if that takes too long. */
    Mono<E> leave(String why, Duration limit) {
        return Mono.defer(() -> {
            process.leave(why);
            return ending().timeout(limit, Mono.empty());
        });
    }

    /**
     * Has messages come and go until a result is there. What cannot be sent any more is no matter: the other side may
     * have told the end already.
     */
    <T> Mono<T> carry(WebsocketInbound in, WebsocketOutbound out, Mono<T> result) {
        Flux<WebSocketFrame> first = Flux.just(new TextWebSocketFrame(Unpooled.wrappedBuffer(request)));
        Mono<Void> sending =
                out.sendObject(first.concatWith(process.outgoing())).then().onErrorComplete();
        in.aggregateFrames(StreamFrames.MAX_JSON_BYTES + 1).receiveFrames().subscribe(this);
        return Flux.merge(sending.then(Mono.<reactor.core.publisher.Signal<T>>never()), result.materialize())
                .next()
                .<T>dematerialize()
                .doFinally(signal -> stopReading());
    }

    /** Lets go of what has come and is not read any more. */
    private void stopReading() {
        Subscription reading = messages;
        if (reading != null) {
            reading.cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        messages = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(WebSocketFrame message) {
        ByteBuf content = message.content();
        if (content.isReadable()) {
            take(content.readByte(), ByteBufUtil.getBytes(content));
        }
        isWaiting.set(true);
        readOn();
    }

    /** What a newer server says beside is passed over. */
    private void take(int kind, byte[] content) {
        switch (kind) {
            case StreamFrames.STDOUT -> write(process.output(), content);
            case StreamFrames.STDERR -> write(process.errors(), content);
            case StreamFrames.ENDING -> end(content);
            default -> {}
        }
    }

    private void write(OutputPipe output, byte[] content) {
        output.add(content);
        written.tryEmitEmpty();
    }

    /** The end of the output comes after what it means is known. */
    private void end(byte[] content) {
        try {
            ending.tryEmitValue(Answers.read(content, type));
        } catch (UnreadableAnswerException malformed) {
            ending.tryEmitError(malformed);
        }
        process.end();
    }

    private void readOn() {
        if (process.hasRoom() && isWaiting.compareAndSet(true, false)) {
            Objects.requireNonNull(messages).request(1);
        }
    }

    @Override
    public void onError(Throwable error) {
        ending.tryEmitError(lost.apply(error));
    }

    @Override
    public void onComplete() {
        ending.tryEmitError(lost.apply(new java.io.IOException("it was closed before the end was told")));
    }
}
