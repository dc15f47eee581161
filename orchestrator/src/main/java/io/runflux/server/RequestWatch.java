// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Cuts a connection on which no first request comes in time, and lets one that is answered before its request was read
 * to the end linger: what a client still sends to a closed connection has the kernel throw away the answer that it has
 * not read yet. It sees requests as they are answered, one after another.
 */
final class RequestWatch extends ChannelDuplexHandler {
    private static final String NAME = "runflux.requestWatch";
    private static final Duration LINGERING = Duration.ofSeconds(2);
    private static final long LINGERING_BYTES = 16L << 20;

    private final Duration headerTimeout;
    private @Nullable Future<?> timer;
    private boolean isWhole;
    private boolean isAnswered;
    private boolean isLingering;
    private long dropped;

    private RequestWatch(Duration headerTimeout) {
        this.headerTimeout = headerTimeout;
    }

    static void over(Channel channel, Duration headerTimeout) {
        channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, NAME, new RequestWatch(headerTimeout));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        cutAfter(headerTimeout, context);
    }

    private void cutAfter(Duration limit, ChannelHandlerContext context) {
        timer = context.executor().schedule(() -> cut(context), limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void cut(ChannelHandlerContext context) {
        Future<?> unused = context.close();
    }

    private void cancelTimer() {
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
            timer = null;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        cancelTimer();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancelTimer();
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isLingering) {
            drop(context, message);
            return;
        }
        if (message instanceof HttpRequest) {
            cancelTimer();
        }
        if (message instanceof LastHttpContent) {
            isWhole = true;
        }
        context.fireChannelRead(message);
    }

    private void drop(ChannelHandlerContext context, Object message) {
        dropped += message instanceof ByteBufHolder holder ? holder.content().readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (dropped > LINGERING_BYTES) {
            cut(context);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response
                && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            answer(response);
        }
        if (message instanceof LastHttpContent && isAnswered && isWhole) {
            isAnswered = false;
            isWhole = false;
        }
        Future<?> unused = context.write(message, promise);
    }

    /** What is left of the request would be taken for the next one, or keep the connection for ever. */
    private void answer(HttpResponse response) {
        isAnswered = true;
        cancelTimer();
        if (!isWhole) {
            HttpUtil.setKeepAlive(response, false);
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!isAnswered || isWhole || !context.channel().isActive()) {
            Future<?> unused = context.close(promise);
            return;
        }
        Future<?> unused = context.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (!isLingering) {
            isLingering = true;
            linger(context);
        }
    }

    private void linger(ChannelHandlerContext context) {
        Channel channel = context.channel();
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            endOutput(channel);
        } else {
            Future<?> unused = tls.closeOutbound().addListener(sent -> endOutput(channel));
        }
        cutAfter(LINGERING, context);
        channel.config().setAutoRead(true);
    }

    private static void endOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            Future<?> unused = duplex.shutdownOutput();
        }
    }
}
