// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.NotSupportedException;
import io.runflux.wire.StreamFrames;
import io.runflux.wire.WireJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.netty.ByteBufFlux;

/** The streams of a process at the other end of a connection. */
final class RemoteProcess implements ContainerProcess {
    private static final int INPUT_BYTES = 32 * 1024;
    private static final EmitFailureHandler IN_TURN = EmitFailureHandler.busyLooping(Duration.ofSeconds(1));

    private final OutputPipe output;
    private final OutputPipe errors;
    private final AtomicBoolean isSending = new AtomicBoolean();
    private final Sinks.One<Flux<WebSocketFrame>> input = Sinks.one();
    private final Sinks.Many<TerminalSize> sizes = Sinks.many().multicast().directBestEffort();
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private final Sinks.One<String> left = Sinks.one();
    private final Sinks.Empty<Void> ended = Sinks.empty();

    RemoteProcess(Runnable whenRead) {
        output = new OutputPipe(whenRead);
        errors = new OutputPipe(whenRead);
    }

    OutputPipe output() {
        return output;
    }

    OutputPipe errors() {
        return errors;
    }

    boolean hasRoom() {
        return !output.isFull() && !errors.isFull();
    }

    /** What is to be sent, as it comes: of sizes the latest. */
    Flux<WebSocketFrame> outgoing() {
        Flux<WebSocketFrame> resizes = sizes.asFlux()
                .onBackpressureLatest()
                .map(size -> frame(StreamFrames.SIZE, Unpooled.wrappedBuffer(WireJson.write(size))));
        Mono<WebSocketFrame> last = left.asMono()
                .map(why -> frame(StreamFrames.DONE, ByteBufUtil.writeUtf8(UnpooledByteBufAllocator.DEFAULT, why)));
        return Flux.merge(1, input.asMono().flatMapMany(frames -> frames), resizes, last);
    }

    private static WebSocketFrame frame(int type, ByteBuf content) {
        return new BinaryWebSocketFrame(
                Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(new byte[] {(byte) type}), content));
    }

    /** Nothing more is done with the streams: because of that, or of nothing. */
    void leave(String why) {
        drop();
        left.tryEmitValue(why);
    }

    /** Output that is not read yet, and what is still to come, is not wanted any more. */
    void drop() {
        output.drop();
        errors.drop();
    }

    /** There is no more output. */
    void end() {
        output.end();
        errors.end();
        ended.tryEmitEmpty();
    }

    void exited(ExitStatus status) {
        exit.tryEmitValue(status);
    }

    /** Nobody here knows it. */
    @Override
    public int pid() {
        return 0;
    }

    @Override
    public ByteBufFlux stdout() {
        return output.read();
    }

    @Override
    public ByteBufFlux stderr() {
        return errors.read();
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return Mono.defer(() -> isSending.compareAndSet(false, true)
                ? sendOnce(Flux.from(source))
                : Mono.error(new IllegalStateException("input was sent already")));
    }

    /** Whatever ends the source is the end of the input. An empty message is that, and so none is made of nothing. */
    private Mono<Void> sendOnce(Flux<? extends ByteBuf> source) {
        Sinks.Empty<Void> done = Sinks.empty();
        Sinks.Empty<Void> left = Sinks.empty();
        Flux<WebSocketFrame> frames = source.<WebSocketFrame>concatMapIterable(RemoteProcess::cut, 1)
                .doOnError(done::tryEmitError)
                .doOnComplete(done::tryEmitEmpty)
                .onErrorComplete()
                .takeUntilOther(left.asMono())
                .concatWith(Mono.fromSupplier(() -> frame(StreamFrames.STDIN, Unpooled.EMPTY_BUFFER)));
        input.tryEmitValue(frames);
        return Mono.firstWithSignal(done.asMono(), ended.asMono()).doOnCancel(left::tryEmitEmpty);
    }

    private static List<WebSocketFrame> cut(ByteBuf bytes) {
        List<WebSocketFrame> frames = new ArrayList<>();
        while (bytes.isReadable()) {
            int size = Math.min(bytes.readableBytes(), INPUT_BYTES);
            frames.add(frame(StreamFrames.STDIN, bytes.readRetainedSlice(size)));
        }
        bytes.release();
        return frames;
    }

    @Override
    public Mono<ExitStatus> exit() {
        return exit.asMono();
    }

    @Override
    public Mono<Void> drained() {
        return ended.asMono();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.error(() ->
                new NotSupportedException("signalling a process by its streams", "a connection to an orchestrator"));
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return Mono.fromRunnable(() -> sizes.emitNext(
                size,
                (type, result) ->
                        result == Sinks.EmitResult.FAIL_NON_SERIALIZED && IN_TURN.onEmitFailure(type, result)));
    }

    /** Whoever works with the streams ends the connection with that. */
    @Override
    public Mono<Void> release() {
        return Mono.empty();
    }
}
