// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.runflux.events.ExitStatus;
import io.runflux.process.TerminalSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/** One who is attached. Input is read when the container wants some. */
final class Peer extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Peer.class);
    private static final int UNKNOWN = 255;

    private final EpollDomainSocketChannel channel;
    private final Attached attached;
    /** Nothing is sent after the last frame. */
    private final AtomicBoolean isEnded = new AtomicBoolean();

    private final Flux<ByteBuf> input = Flux.create(this::read);
    private volatile @Nullable FluxSink<ByteBuf> reader;

    Peer(EpollDomainSocketChannel channel, Attached attached) {
        this.channel = channel;
        this.attached = attached;
    }

    /** For one subscriber. The bytes are copied to the heap, so that nothing has to be done with those nobody wants. */
    Flux<ByteBuf> input() {
        return input;
    }

    private void read(FluxSink<ByteBuf> sink) {
        reader = sink;
        if (!channel.isActive()) {
            sink.complete();
            return;
        }
        sink.onRequest(count -> channel.read());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws IOException {
        String refusal = attached.isAllowed(channel.peerCredentials().uid())
                ? attached.add(this)
                : "only who runs the container, and root, may attach";
        if (refusal == null) {
            readOn();
        } else {
            refuse(refusal);
        }
    }

    /** Says what there is to attach to, before anything else. */
    void greet() {
        int flags =
                (attached.hasTerminal() ? Frames.HAS_TERMINAL : 0) | (attached.takesInput() ? Frames.TAKES_INPUT : 0);
        ByteBuf hello = frame(Frames.HELLO, 2).writeByte(Frames.VERSION).writeByte(flags);
        Future<?> unused = channel.writeAndFlush(hello, channel.voidPromise());
    }

    /** Where nobody takes input, what comes tells sizes and the end. */
    private void readOn() {
        FluxSink<ByteBuf> sink = reader;
        if (!attached.takesInput() || (sink != null && sink.requestedFromDownstream() > 0)) {
            channel.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf frame = (ByteBuf) message;
        try {
            take(frame.readUnsignedByte(), frame.skipBytes(Integer.BYTES));
        } finally {
            frame.release();
        }
        readOn();
    }

    private void take(int type, ByteBuf content) {
        FluxSink<ByteBuf> sink = reader;
        if (type == Frames.INPUT && sink != null) {
            sink.next(Unpooled.copiedBuffer(content));
        } else if (type == Frames.SIZE && content.readableBytes() == 2 * Short.BYTES) {
            resize(content.readUnsignedShort(), content.readUnsignedShort());
        }
    }

    private void resize(int rows, int columns) {
        if (rows > 0 && columns > 0) {
            attached.resize(new TerminalSize(rows, columns));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        attached.remove(this);
        FluxSink<ByteBuf> sink = reader;
        if (sink != null) {
            sink.complete();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
        log.debug("who was attached is gone", error);
        cut();
    }

    /** Copies the bytes; those of the container's pipe may be a small part of a large buffer. */
    void send(int type, ByteBuf bytes) {
        int from = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (from < end && !isEnded.get()) {
            int count = Math.min(end - from, Frames.MAX_CONTENT_BYTES);
            ByteBuf frame = frame(type, count).writeBytes(bytes, from, count);
            Future<?> unused = channel.writeAndFlush(frame, channel.voidPromise());
            from += count;
            if (!channel.isWritable()) {
                refuse("it was too slow: more than " + AttachPoint.MAX_WAITING_BYTES + " bytes of output waited");
            }
        }
    }

    void end(ExitStatus status) {
        int code = status.code() == ExitStatus.UNKNOWN_CODE ? UNKNOWN : status.code();
        endWith(frame(Frames.EXIT, Integer.BYTES).writeInt(code));
    }

    private void refuse(String why) {
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        endWith(frame(Frames.REFUSAL, text.length).writeBytes(text));
    }

    private void endWith(ByteBuf last) {
        if (isEnded.compareAndSet(false, true)) {
            channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
        } else {
            last.release();
        }
    }

    private ByteBuf frame(int type, int length) {
        return channel.alloc()
                .buffer(Frames.HEADER_BYTES + length)
                .writeByte(type)
                .writeInt(length);
    }

    /** Completes when the connection has ended, once what waits is written. */
    Mono<Void> close() {
        return Mono.create(sink -> {
            if (isEnded.compareAndSet(false, true)) {
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
            channel.closeFuture().addListener(done -> sink.success());
        });
    }

    void cut() {
        Future<?> unused = channel.close();
    }
}
