// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;
import reactor.test.StepVerifier;

@Tag("once")
class PresenceTest {
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int RETURN = 6;

    private static final Flux<byte[]> ENDLESS = Flux.generate(sink -> sink.next(new byte[1 << 16]));

    private final Sinks.Empty<Void> gone = Sinks.empty();
    private final Sinks.Empty<Void> stuck = Sinks.empty();
    private final Disposable.Composite open = Disposables.composite();

    /** The client asks for nothing, and so reads nothing. */
    private Connection connect(Flux<byte[]> sent) {
        DisposableServer server = TcpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnChannelInit((observer, channel, from) -> Presence.watch(channel, SHORT))
                .doOnConnection(connection -> connection.onDispose(gone::tryEmitEmpty))
                .handle((in, out) -> {
                    in.withConnection(connection -> tellWhenStuck(connection.channel()));
                    return out.sendByteArray(sent);
                })
                .bindNow(Served.LIMIT);
        open.add(server);
        Connection client =
                TcpClient.create().host("127.0.0.1").port(server.port()).connectNow(Served.LIMIT);
        open.add(client);
        return client;
    }

    private void tellWhenStuck(Channel channel) {
        Flux.interval(Duration.ofMillis(20))
                .takeUntil(tick -> !channel.isWritable())
                .then()
                .subscribe(done -> {}, error -> {}, stuck::tryEmitEmpty);
    }

    /** Has the kernel of a client drop all that comes, as if its machine had gone. */
    private static void blind(Connection connection) {
        ByteBuffer nothing = ByteBuffer.allocateDirect(8)
                .order(ByteOrder.nativeOrder())
                .putLong(RETURN)
                .flip();
        ByteBuffer program = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        program.putLong(1).putLong(Buffer.memoryAddress(nothing)).flip();
        RawUnixChannelOption filter =
                new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, program.remaining());
        assertThat(((EpollSocketChannel) connection.channel()).config().setOption(filter, program))
                .isTrue();
    }

    @AfterEach
    void end() {
        open.dispose();
    }

    @Test
    void client_whoseMachineHasGone_isLetGo() {
        blind(connect(Flux.interval(Duration.ofMillis(100)).map(tick -> new byte[1])));

        gone.asMono().block(Served.LIMIT);
    }

    @Test
    void client_thatDidNotReadAndHasGone_isLetGo() {
        Connection client = connect(ENDLESS);
        stuck.asMono().block(Served.LIMIT);

        blind(client);

        gone.asMono().block(Served.LIMIT);
    }

    @Test
    void client_thatDoesNotRead_isWaitedFor() {
        connect(ENDLESS);
        stuck.asMono().block(Served.LIMIT);

        StepVerifier.create(gone.asMono())
                .expectSubscription()
                .expectNoEvent(SHORT.multipliedBy(3))
                .thenCancel()
                .verify(Served.LIMIT);
    }
}
