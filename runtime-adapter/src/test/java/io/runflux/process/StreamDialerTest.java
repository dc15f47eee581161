// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.process.PeerUnavailableException.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Real FIFOs and sockets; that no descriptor is left is also the leak guard's to say. */
class StreamDialerTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofMillis(100);

    @TempDir
    Path temporary = Path.of("/");

    private final StreamDialer dialer = StreamDialer.shared();
    private final List<InboundStream> readers = new ArrayList<>();
    private final List<OutboundStream> writers = new ArrayList<>();
    private Path fifo = Path.of("/");
    private Path socket = Path.of("/");

    @BeforeEach
    void setUp() throws IOException {
        fifo = temporary.toRealPath().resolve("fifo");
        socket = temporary.toRealPath().resolve("socket");
        assertThat(NativeSupport.libc().mkfifo(Linux.cString(fifo.toString()), 0600))
                .isZero();
    }

    @AfterEach
    void release() {
        readers.forEach(reader -> reader.release().block(LIMIT));
        writers.forEach(writer -> writer.release().block(LIMIT));
    }

    @Test
    void openToWrite_nobodyReads_failsAtOnce() {
        assertUnavailable(Reason.NO_READER, () -> writer(StreamAddress.fifo(fifo)));
    }

    @Test
    void openToRead_nobodyWrites_waitsForTheFirstAndEndsWithTheLast() {
        InboundStream reader = reader(StreamAddress.fifo(fifo));

        StepVerifier.create(reader.bytes().asString())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> {
                    OutboundStream writer = writer(StreamAddress.fifo(fifo));
                    write(writer, "hello");
                    writer.release().block(LIMIT);
                })
                .expectNext("hello")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void openToRead_writerCameAndWentWithoutAWord_ends() {
        InboundStream reader = reader(StreamAddress.fifo(fifo));
        writer(StreamAddress.fifo(fifo)).release().block(LIMIT);

        StepVerifier.create(reader.bytes()).expectComplete().verify(LIMIT);
    }

    @Test
    void write_moreThanTheFifoHolds_waitsForTheReader() {
        InboundStream reader = reader(StreamAddress.fifo(fifo));
        OutboundStream writer = writer(StreamAddress.fifo(fifo));
        ByteBuf buffer = Unpooled.directBuffer().writeZero(300_000);

        Mono<Void> writing = writer.write(buffer).then(writer.release()).then();
        Mono<Long> count =
                reader.bytes().map(part -> (long) part.readableBytes()).reduce(0L, Long::sum);

        assertThat(Mono.zip(count, writing.thenReturn(true), (sum, done) -> sum).block(LIMIT))
                .isEqualTo(300_000);
        assertThat(buffer.refCnt()).isOne();
        assertThat(buffer.isReadable()).isFalse();
        buffer.release();
    }

    @Test
    void write_readerGone_failsAndTheNextReaderOfTheFifoFindsWhatWasAccepted() {
        InboundStream first = reader(StreamAddress.fifo(fifo));
        OutboundStream writer = writer(StreamAddress.fifo(fifo));
        write(writer, "kept");
        first.release().block(LIMIT);

        assertUnavailable(Reason.SEVERED, () -> write(writer, "later"));

        InboundStream second = reader(StreamAddress.fifo(fifo));
        assertThat(writer.release().block(LIMIT)).isZero();
        StepVerifier.create(second.bytes().asString())
                .expectNext("kept")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void write_readerGoesWhileItWaits_failsWithTheRestInTheBuffer() {
        InboundStream reader = reader(StreamAddress.fifo(fifo));
        OutboundStream writer = writer(StreamAddress.fifo(fifo));
        ByteBuf buffer = Unpooled.directBuffer().writeZero(200_000);

        StepVerifier.create(writer.write(buffer))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> reader.release().block(LIMIT))
                .expectError(PeerUnavailableException.class)
                .verify(LIMIT);

        long accepted = buffer.readerIndex();
        assertThat(accepted).isBetween(1L, 199_999L);
        assertThat(writer.release().block(LIMIT)).isEqualTo(accepted);
        assertThat(writer.release().block(LIMIT)).isEqualTo(accepted);
        buffer.release();
    }

    @Test
    void write_cancelled_letsGoOfTheBufferAndCanGoOn() {
        InboundStream reader = reader(StreamAddress.fifo(fifo));
        OutboundStream writer = writer(StreamAddress.fifo(fifo));
        ByteBuf buffer = Unpooled.directBuffer().writeZero(200_000);

        StepVerifier.create(writer.write(buffer))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(LIMIT);
        StepVerifier.create(writer.write(buffer))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> assertThatThrownBy(() -> write(writer, "second")).isInstanceOf(IllegalStateException.class))
                .then(() -> writer.release().block(LIMIT))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageEndingWith("is closed"))
                .verify(LIMIT);

        assertThatThrownBy(() -> write(writer, "late")).hasMessageEndingWith("is closed");
        assertThat(buffer.refCnt()).isOne();
        buffer.release();
        reader.release().block(LIMIT);
    }

    @Test
    void write_heapBuffer_isRefused() {
        InboundStream reader = reader(StreamAddress.fifo(fifo));
        OutboundStream writer = writer(StreamAddress.fifo(fifo));

        assertThatThrownBy(() -> writer.write(Unpooled.buffer())).isInstanceOf(IllegalArgumentException.class);
        reader.release().block(LIMIT);
    }

    @Test
    void socket_carriesBytesAndTellsWhenThePeerHasGone() throws IOException {
        try (ServerSocketChannel server = listen(socket)) {
            OutboundStream writer = writer(StreamAddress.socket(socket));
            try (SocketChannel peer = server.accept()) {
                write(writer, "hello");
                assertThat(read(peer, 5)).isEqualTo("hello");
            }

            assertUnavailable(Reason.SEVERED, () -> write(writer, "later"));
            assertThat(writer.release().block(LIMIT)).isZero();
        }
    }

    @Test
    void socket_peerWrites_isRead() throws IOException {
        try (ServerSocketChannel server = listen(socket)) {
            InboundStream reader = reader(StreamAddress.socket(socket));
            try (SocketChannel peer = server.accept()) {
                peer.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
            }
            StepVerifier.create(reader.bytes().asString())
                    .expectNext("hello")
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void socket_nobodyListens_isRefused() throws IOException {
        listen(socket).close();

        assertUnavailable(Reason.REFUSED, () -> writer(StreamAddress.socket(socket)));
    }

    @Test
    void socket_tooManyWait_isRefused() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket), 1);

            assertUnavailable(Reason.REFUSED, () -> {
                for (int i = 0; i < 10; i++) {
                    writer(StreamAddress.socket(socket));
                }
            });
        }
    }

    @Test
    void socket_pathLongerThanAnAddress_isReached() throws IOException {
        Path deep = Files.createDirectories(temporary.toRealPath().resolve("d".repeat(120)));
        try (ServerSocketChannel server = listen(socket)) {
            Files.move(socket, deep.resolve("socket"));
            writer(StreamAddress.socket(deep.resolve("socket")));
            server.accept().close();
        }
    }

    @Test
    void open_nothingThere_isMissing() {
        assertUnavailable(Reason.MISSING, () -> writer(StreamAddress.fifo(fifo.resolveSibling("none"))));
        assertUnavailable(Reason.MISSING, () -> reader(StreamAddress.socket(fifo.resolveSibling("none/deeper"))));
    }

    @Test
    void open_somethingElse_isRefused() throws IOException {
        Path file = Files.createFile(fifo.resolveSibling("file"));

        assertRefused("must be a FIFO", () -> writer(StreamAddress.fifo(file)));
        assertRefused("must be a unix socket", () -> reader(StreamAddress.socket(fifo)));
        assertRefused("must be a FIFO", () -> reader(StreamAddress.fifo(Path.of("/dev/null"))));
    }

    @Test
    void open_linkAtTheEndOrOnTheWay_isRefused() throws IOException {
        Path link = Files.createSymbolicLink(fifo.resolveSibling("link"), fifo);
        Path real = Files.createDirectory(fifo.resolveSibling("real"));
        Path way = Files.createSymbolicLink(fifo.resolveSibling("way"), real);
        Files.move(fifo, real.resolve("fifo"));

        assertRefused("must be a FIFO", () -> reader(StreamAddress.fifo(link)));
        assertRefused("no symbolic link", () -> reader(StreamAddress.fifo(way.resolve("fifo"))));
    }

    @Test
    void open_unsubscribedOrCancelled_leavesNothing() {
        Mono<InboundStream> cold = dialer.openToRead(StreamAddress.fifo(fifo));

        StepVerifier.create(cold, 0).thenCancel().verify(LIMIT);
        StepVerifier.create(cold).expectSubscription().thenCancel().verify(LIMIT);
        LauncherFixture.awaitUntil("nobody reads", () -> isUnread(fifo));
    }

    private boolean isUnread(Path path) {
        try {
            writer(StreamAddress.fifo(path));
            return false;
        } catch (PeerUnavailableException nobody) {
            return true;
        }
    }

    @Test
    void address_relativeOrWithDots_isRefused() {
        assertThatThrownBy(() -> StreamAddress.fifo(Path.of("a"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StreamAddress.socket(Path.of("/a/../b"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StreamAddress.fifo(Path.of("/"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void open_kernelRefuses_failsAndClosesWhatItHad() throws IOException {
        FaultyLibc faulty = new FaultyLibc();
        faulty.fail("openat", -Linux.EACCES);
        StreamDialer refused = new NativeDialer(faulty.libc());

        assertRefused("permission denied", () -> refused.openToRead(StreamAddress.fifo(fifo))
                .block(LIMIT));
        faulty.heal("openat");
        faulty.fail("socket", -Linux.EMFILE);
        try (ServerSocketChannel server = listen(socket)) {
            assertRefused("too many open files", () -> refused.openToRead(StreamAddress.socket(socket))
                    .block(LIMIT));
            assertThat(server.isOpen()).isTrue();
        }
    }

    private InboundStream reader(StreamAddress address) {
        InboundStream reader = Objects.requireNonNull(dialer.openToRead(address).block(LIMIT));
        readers.add(reader);
        return reader;
    }

    private OutboundStream writer(StreamAddress address) {
        OutboundStream writer =
                Objects.requireNonNull(dialer.openToWrite(address).block(LIMIT));
        writers.add(writer);
        return writer;
    }

    private static void write(OutboundStream writer, String text) {
        ByteBuf buffer = Unpooled.directBuffer();
        buffer.writeCharSequence(text, StandardCharsets.UTF_8);
        try {
            writer.write(buffer).block(LIMIT);
        } finally {
            buffer.release();
        }
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    private static String read(SocketChannel peer, int bytes) throws IOException {
        byte[] read = Channels.newInputStream(peer).readNBytes(bytes);
        return new String(read, StandardCharsets.UTF_8);
    }

    private static void assertUnavailable(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(PeerUnavailableException.class, error -> assertThat(error.reason())
                        .isEqualTo(reason));
    }

    private static void assertRefused(String words, ThrowingCallable call) {
        assertThatThrownBy(call).isExactlyInstanceOf(ProcessException.class).hasMessageContaining(words);
    }
}
