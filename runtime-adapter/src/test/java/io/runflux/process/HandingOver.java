// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The other side of a console socket or a pidfd socket: what an OCI runtime does. */
final class HandingOver implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    /** Hands a descriptor over if it is let, closes it here, and hangs up. */
    void send(Path socket, int descriptor) {
        EpollDomainSocketChannel connection = connect(socket);
        connection.writeAndFlush(new FileDescriptor(descriptor)).awaitUninterruptibly();
        NativeSupport.libc().close(descriptor);
        connection.close().syncUninterruptibly();
    }

    void sendText(Path socket, String text) {
        EpollDomainSocketChannel connection = connect(socket);
        connection
                .writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))
                .syncUninterruptibly();
        connection.closeFuture().awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    /** Puts one descriptor into a message twice. */
    void sendTwice(Path socket, int descriptor) {
        EpollDomainSocketChannel connection = connect(socket);
        Function sendmsg = NativeLibrary.getInstance("c").getFunction("sendmsg");
        try (Memory message = new Memory(128)) {
            message.clear();
            message.setPointer(16, message.share(64));
            message.setLong(24, 1);
            message.setPointer(32, message.share(96));
            message.setLong(40, 24);
            message.setPointer(64, message.share(80));
            message.setLong(72, 1);
            message.setLong(96, 24);
            message.setInt(104, Linux.SOL_SOCKET);
            message.setInt(108, Linux.SCM_RIGHTS);
            message.setInt(112, descriptor);
            message.setInt(116, descriptor);
            int sent = sendmsg.invokeInt(new Object[] {connection.fd().intValue(), message, 0});
            if (sent != 1) {
                throw new AssertionError("sendmsg: " + sent);
            }
        } finally {
            connection.close().syncUninterruptibly();
        }
    }

    EpollDomainSocketChannel connect(Path socket) {
        return (EpollDomainSocketChannel) new Bootstrap()
                .group(group)
                .channel(EpollDomainSocketChannel.class)
                .handler(new Unread())
                .connect(new DomainSocketAddress(socket.toFile()))
                .syncUninterruptibly()
                .channel();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** The other side closes without having read everything, which shows here as a reset. */
    private static final class Unread extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("deprecation")
        public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
            ChannelFuture unused = context.close();
        }
    }
}
