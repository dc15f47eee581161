// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.runflux.process.InboundStream;
import io.runflux.process.PeerUnavailableException;
import io.runflux.process.StreamAddress;
import io.runflux.process.StreamDialer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Real FIFOs and sockets; that nothing is left is also the leak guard's to say. */
class PeerTargetsTest {
    private static final Duration QUIET = Duration.ofMillis(100);

    @TempDir
    Path parent = Path.of("/");

    private LogScene scene = LogScene.NONE;

    @BeforeEach
    void setUp() {
        scene = LogScene.in(parent);
    }

    private Path fifo(String name) throws IOException, InterruptedException {
        return PeerScene.fifo(scene.root().resolve(name));
    }

    private UpstreamIo open(StdioUris uris) {
        return Objects.requireNonNull(UpstreamIo.open(uris, scene.options()).block(LogScene.TIMEOUT));
    }

    private void close(UpstreamIo upstream) {
        upstream.close().block(LogScene.TIMEOUT);
        upstream.close().block(LogScene.TIMEOUT);
        upstream.closeStdin().block(LogScene.TIMEOUT);
    }

    @Test
    void open_fifo_waitsForItsReader() throws Exception {
        Path path = fifo("out");
        List<UpstreamIo> opened = new ArrayList<>();

        StepVerifier.create(UpstreamIo.open(StdioUri.fifo(path), scene.options()))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> readLater(path))
                .consumeNextWith(opened::add)
                .expectComplete()
                .verify(LogScene.TIMEOUT);
        opened.forEach(this::close);
    }

    private void readLater(Path path) {
        PeerScene.reader(path).bytes().subscribe();
    }

    @Test
    void open_fifoWithoutReaderInTime_fails() throws Exception {
        StdioUri uri = StdioUri.fifo(fifo("out")).with("retry-timeout", "1s");

        StepVerifier.create(UpstreamIo.open(uri, scene.options()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UpstreamException.class)
                        .hasMessageStartingWith("cannot open " + uri)
                        .hasMessageEndingWith("nobody reads from it"))
                .verify(LogScene.TIMEOUT);
    }

    @Test
    void open_fifoCancelled_leavesNothing() throws Exception {
        Path path = fifo("out");

        StepVerifier.create(UpstreamIo.open(StdioUri.fifo(path), scene.options()))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(LogScene.TIMEOUT);
        InboundStream reader = PeerScene.reader(path);
        StepVerifier.create(reader.bytes())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(LogScene.TIMEOUT);
    }

    /** What is left is the leak guard's to say. */
    @Test
    void open_cancelledAtAnyMoment_leavesNothing() throws Exception {
        try (ServerSocketChannel server = PeerScene.listen(scene.root().resolve("peer"))) {
            StdioUri uri = StdioUri.unix(scene.root().resolve("peer"));
            Mono<UpstreamIo> opening =
                    UpstreamIo.open(new StdioUris(null, uri, uri.with("buffer", "64k")), scene.options());
            for (int i = 0; i < 500; i++) {
                BaseSubscriber<UpstreamIo> opened = opening.subscribeWith(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnNext(UpstreamIo upstream) {
                        upstream.close().subscribe();
                    }

                    @Override
                    protected void hookOnError(Throwable tooManyWait) {
                        assertThat(tooManyWait).isInstanceOf(UpstreamException.class);
                    }
                });
                LockSupport.parkNanos(i * 1_000L);
                opened.cancel();
                acceptAll(server);
            }
        }
    }

    private static void acceptAll(ServerSocketChannel server) throws IOException {
        server.configureBlocking(false);
        SocketChannel peer = server.accept();
        while (peer != null) {
            peer.close();
            peer = server.accept();
        }
    }

    @Test
    void sendStdout_fifo_isReadByAnotherProcess() throws Exception {
        Path path = fifo("out");
        Path copy = scene.root().resolve("copy");
        Process cat = new ProcessBuilder("cat", path.toString())
                .redirectOutput(copy.toFile())
                .start();
        UpstreamIo upstream = scene.open(StdioUri.parse(path.toString()));

        upstream.sendStdout(LogScene.bytes("one\n", "x".repeat(200_000), "\n")).block(LogScene.TIMEOUT);
        upstream.sendStderr(LogScene.bytes("two\n")).block(LogScene.TIMEOUT);
        close(upstream);

        assertThat(cat.waitFor()).isZero();
        assertThat(copy).hasContent("one\n" + "x".repeat(200_000) + "\ntwo\n");
        assertThat(upstream.lostBytes()).isZero();
    }

    @Test
    void sendStdout_readerOfTheFifoIsReplaced_losesNothing() throws Exception {
        Path path = fifo("out");
        InboundStream first = PeerScene.reader(path);
        UpstreamIo upstream = scene.open(StdioUri.fifo(path));
        Sinks.Many<ByteBuf> source = Sinks.many().unicast().onBackpressureBuffer();
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(source.asFlux()))
                .expectComplete()
                .verifyLater();
        source.tryEmitNext(LogScene.buffer("read "));
        StepVerifier.create(first.bytes().map(PeerScene::text), 1)
                .expectNext("read ")
                .then(() -> source.tryEmitNext(LogScene.buffer("x".repeat(150_000))))
                .thenCancel()
                .verify(LogScene.TIMEOUT);
        first.release().block(LogScene.TIMEOUT);

        source.tryEmitNext(LogScene.buffer("last"));
        source.tryEmitComplete();
        InboundStream second = PeerScene.reader(path);
        String rest = Objects.requireNonNull(second.bytes()
                .map(PeerScene::text)
                .scan(String::concat)
                .filter(all -> all.endsWith("last"))
                .next()
                .block(LogScene.TIMEOUT));
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(rest).matches("x{1,150000}last");
        assertThat(upstream.lostBytes()).isZero();
    }

    @Test
    void close_fifoWithoutReader_countsWhatItHeld() throws Exception {
        Path path = fifo("out");
        InboundStream reader = PeerScene.reader(path);
        UpstreamIo upstream = scene.open(StdioUri.fifo(path));
        upstream.sendStdout(LogScene.bytes("unread")).block(LogScene.TIMEOUT);
        reader.release().block(LogScene.TIMEOUT);

        close(upstream);

        assertThat(upstream.lostBytes()).isEqualTo(6);
    }

    @Test
    void sendStdout_socketIsSevered_goesOnWithTheNext() throws Exception {
        Path path = scene.root().resolve("socket");
        try (ServerSocketChannel server = PeerScene.listen(path)) {
            UpstreamIo upstream = scene.open(StdioUri.parse("unix://" + path));
            Sinks.Many<ByteBuf> source = Sinks.many().unicast().onBackpressureBuffer();
            StepVerifier sending = StepVerifier.create(upstream.sendStdout(source.asFlux()))
                    .expectComplete()
                    .verifyLater();
            source.tryEmitNext(LogScene.buffer("first"));
            try (SocketChannel peer = server.accept()) {
                assertThat(PeerScene.read(peer, 5)).isEqualTo("first");
            }
            source.tryEmitNext(LogScene.buffer("second"));
            source.tryEmitComplete();
            try (SocketChannel peer = server.accept()) {
                assertThat(PeerScene.read(peer, 6)).isEqualTo("second");
            }
            sending.verify(LogScene.TIMEOUT);
            close(upstream);
            assertThat(upstream.lostBytes()).isZero();
        }
    }

    @Test
    void sendStdout_socketIsGoneForAWhile_isDialledAgain() throws Exception {
        Path path = scene.root().resolve("socket");
        ServerSocketChannel server = PeerScene.listen(path);
        UpstreamIo upstream = scene.open(StdioUri.unix(path));
        server.accept().close();
        server.close();
        Files.delete(path);

        StepVerifier sending = StepVerifier.create(upstream.sendStdout(LogScene.bytes("late")))
                .expectComplete()
                .verifyLater();
        try (ServerSocketChannel again = PeerScene.listen(path);
                SocketChannel peer = again.accept()) {
            assertThat(PeerScene.read(peer, 4)).isEqualTo("late");
        }
        sending.verify(LogScene.TIMEOUT);
        close(upstream);
    }

    @Test
    void open_socketAtWhichNobodyListens_fails() throws Exception {
        Path path = scene.root().resolve("socket");
        PeerScene.listen(path).close();

        StepVerifier.create(UpstreamIo.open(StdioUri.unix(path), scene.options()))
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(UpstreamException.class).hasMessageEndingWith("nobody listens"))
                .verify(LogScene.TIMEOUT);
    }

    @Test
    void open_outsideOfTheRootsOrThroughALink_isRefused() throws Exception {
        Path path = fifo("out");
        Path link = Files.createSymbolicLink(scene.root().resolve("link"), path);

        assertRefused(UpstreamOptions.defaults(), StdioUri.fifo(path), "is below none of the allowed roots");
        assertRefused(scene.options(), StdioUri.fifo(link), "must be a FIFO");
        assertRefused(scene.options(), StdioUri.unix(path), "must be a unix socket");
    }

    private static void assertRefused(UpstreamOptions options, StdioUri uri, String words) {
        StepVerifier.create(UpstreamIo.open(uri, options))
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(UpstreamException.class).hasMessageContaining(words))
                .verify(LogScene.TIMEOUT);
    }

    @Test
    void streams_eachWithItsOwnTarget_areOpenedAndClosedTogether() throws Exception {
        Path in = fifo("in");
        InboundStream out = PeerScene.reader(fifo("out"));
        Path err = scene.root().resolve("err");
        try (ServerSocketChannel server = PeerScene.listen(err)) {
            StdioUris uris = StdioUris.parse(in.toString(), scene.root() + "/out", "unix://" + err);
            UpstreamIo upstream = open(uris);
            try (SocketChannel errors = server.accept()) {
                write(in, "input");
                assertThat(upstream.stdin().aggregate().asString().block(LogScene.TIMEOUT))
                        .isEqualTo("input");
                upstream.sendStdout(LogScene.bytes("output")).block(LogScene.TIMEOUT);
                upstream.sendStderr(LogScene.bytes("error")).block(LogScene.TIMEOUT);
                close(upstream);
                assertThat(PeerScene.read(errors, 10)).isEqualTo("error");
            }
            assertThat(PeerScene.readAll(out)).isEqualTo("output");
            assertThat(upstream.uris()).isEqualTo(uris);
            assertThat(upstream.uri()).isEqualTo(uris.stdout());
        }
    }

    private static void write(Path fifo, String text) throws IOException {
        Files.write(fifo, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
    }

    @Test
    void streams_lastCannotBeOpened_closesTheOthers() throws Exception {
        Path in = fifo("in");
        InboundStream out = PeerScene.reader(fifo("out"));
        StdioUris uris = StdioUris.parse(in.toString(), scene.root() + "/out", "unix://" + scene.root() + "/none");

        StepVerifier.create(UpstreamIo.open(uris, scene.options()))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageEndingWith("does not exist"))
                .verify(LogScene.TIMEOUT);

        assertThat(PeerScene.readAll(out)).isEmpty();
        assertThatThrownBy(() -> StreamDialer.shared()
                        .openToWrite(StreamAddress.fifo(in))
                        .block(LogScene.TIMEOUT))
                .isInstanceOf(PeerUnavailableException.class);
    }

    @Test
    void streams_equalOutputs_shareOneTarget() throws Exception {
        StdioUri log = scene.uri();
        UpstreamIo upstream = open(new StdioUris(null, log, log));

        upstream.sendStdout(LogScene.bytes("out\n")).block(LogScene.TIMEOUT);
        upstream.sendStderr(LogScene.bytes("err\n")).block(LogScene.TIMEOUT);
        StepVerifier.create(upstream.stdin()).expectComplete().verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(scene.content(scene.log())).isEqualTo("out\nerr\n");
    }

    @Test
    void streams_terminalWithStderr_isRefused() {
        UpstreamOptions terminal = scene.options().withTerminal(true);

        assertThatThrownBy(() -> UpstreamIo.open(StdioUris.parse("", "null", "null"), terminal))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a process with a terminal has no stderr");
        UpstreamIo upstream = Objects.requireNonNull(
                UpstreamIo.open(StdioUris.parse("", "null", ""), terminal).block(LogScene.TIMEOUT));
        assertThat(upstream.isTerminal()).isTrue();
        StepVerifier.create(upstream.sendStderr(Flux.empty()))
                .expectError(IllegalStateException.class)
                .verify(LogScene.TIMEOUT);
        close(upstream);
    }

    @Test
    void streams_inputFromAFile_isRefused() {
        assertThatThrownBy(() -> StdioUris.parse("file:///a", "", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stdin must come from");
    }

    @Test
    void closeStdin_peerSaysNothing_endsTheInput() throws Exception {
        Path path = scene.root().resolve("socket");
        try (ServerSocketChannel server = PeerScene.listen(path)) {
            UpstreamIo upstream = open(new StdioUris(StdioUri.unix(path), null, null));
            try (SocketChannel peer = server.accept()) {
                peer.write(ByteBuffer.wrap(new byte[] {'x'}));
                StepVerifier.create(upstream.stdin().map(PeerScene::text))
                        .expectNext("x")
                        .then(() -> upstream.closeStdin().block(LogScene.TIMEOUT))
                        .expectComplete()
                        .verify(LogScene.TIMEOUT);
            }
            close(upstream);
        }
    }
}
