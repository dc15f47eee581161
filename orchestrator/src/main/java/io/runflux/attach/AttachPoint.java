// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.ContainerStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.tcp.TcpResources;

/**
 * Where others connect to a container that this process holds. Listens on the event loops of Reactor Netty, for this
 * user and root, as the kernel tells who it is. At most 64 are attached at once; of the output, at most 1 MiB waits for
 * each, and one that is slower is cut off. None of them slows the container or the others.
 */
public final class AttachPoint {
    /** How much output may wait for one who is attached. */
    static final int MAX_WAITING_BYTES = 1 << 20;

    private final PrivateSocket socket;
    private final Attached attached;
    private final Mono<Void> closing = Mono.defer(this::closeNow).cache();
    private @Nullable Channel server;

    private AttachPoint(PrivateSocket socket, Attached attached) {
        this.socket = socket;
        this.attached = attached;
    }

    /**
     * Begins to listen when subscribed to.
     *
     * @param directory where the socket is, which nobody else may enter
     * @param id the container
     * @param streams how it is connected
     * @param takesInput whether it gets input
     * @return the point; fails with an {@link IOException} if that cannot be, as where another command holds a
     *     container of that name, and with {@link IllegalArgumentException} if the directory's path is too long
     */
    public static Mono<AttachPoint> listen(
            Path directory, ContainerId id, ContainerStreams streams, boolean takesInput) {
        boolean hasTerminal = streams.stdio().terminal() != null;
        return Mono.fromCallable(() -> new AttachPoint(
                        AttachSocket.choose(directory, id), new Attached(hasTerminal, takesInput, ownUser())))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(AttachPoint::bind)
                .checkpoint("listen for who attaches to " + id);
    }

    /**
     * Removes the sockets of holders that were killed when subscribed to. Each socket is connected to for a moment, and
     * one that somebody listens at is left alone.
     *
     * @param directory where the sockets are, which need not exist
     * @return completes empty; fails with an {@link IOException} if it cannot be read, or a socket cannot be removed
     */
    public static Mono<Void> sweep(Path directory) {
        return Mono.<Void>fromCallable(() -> {
                    AttachSocket.sweep(directory);
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static int ownUser() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private Mono<AttachPoint> bind() {
        return Mono.defer(() -> toMono(bootstrap()
                        .bind(new DomainSocketAddress(socket.unready().toString()))))
                .publishOn(Schedulers.boundedElastic())
                .flatMap(this::publish)
                .onErrorResume(e -> close().then(Mono.error(e)));
    }

    private Mono<AttachPoint> publish(Channel channel) {
        server = channel;
        return Mono.fromCallable(() -> {
            socket.publish();
            return this;
        });
    }

    private ServerBootstrap bootstrap() throws IllegalStateException {
        EventLoopGroup loops = TcpResources.get().onServer(true);
        if (!(loops.next() instanceof IoEventLoop loop && loop.isCompatible(EpollIoHandle.class))) {
            throw new IllegalStateException("attaching needs epoll");
        }
        return new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(MAX_WAITING_BYTES / 2, MAX_WAITING_BYTES))
                .childHandler(new Initializer(attached));
    }

    private static Mono<Channel> toMono(ChannelFuture future) {
        return Mono.create(sink -> future.addListener(done -> {
            if (done.isSuccess()) {
                sink.success(future.channel());
            } else {
                sink.error(done.cause());
            }
        }));
    }

    /**
     * Returns streams that those who are attached have a part in: they get the output from now on, and give input,
     * where there is any, and sizes of the terminal.
     *
     * @param streams how the container is connected
     * @return the streams, for one container
     */
    public ContainerStreams share(ContainerStreams streams) {
        return new SharedStreams(streams, attached);
    }

    /**
     * Tells those who are attached how the container ended, if it has, ends their connections within a second, and
     * removes the socket, when subscribed to. Repeating waits for the same end.
     *
     * @return completes empty; fails with an {@link IOException} if the socket cannot be removed
     */
    public Mono<Void> close() {
        return closing;
    }

    private Mono<Void> closeNow() {
        Channel channel = server;
        Mono<Void> unbound = channel == null
                ? Mono.empty()
                : toMono(channel.close()).onErrorComplete().then();
        return unbound.then(attached.end())
                .then(Mono.<Void>fromCallable(this::removeSocket).subscribeOn(Schedulers.boundedElastic()));
    }

    private @Nullable Void removeSocket() throws IOException {
        socket.remove();
        return null;
    }

    private static final class Initializer extends ChannelInitializer<EpollDomainSocketChannel> {
        private final Attached attached;

        Initializer(Attached attached) {
            this.attached = attached;
        }

        @Override
        protected void initChannel(EpollDomainSocketChannel channel) throws IOException {
            int most = Frames.HEADER_BYTES + Frames.MAX_CONTENT_BYTES;
            channel.pipeline()
                    .addLast(new LengthFieldBasedFrameDecoder(most, Frames.LENGTH_OFFSET, Integer.BYTES))
                    .addLast(new Peer(channel, attached));
        }
    }
}
