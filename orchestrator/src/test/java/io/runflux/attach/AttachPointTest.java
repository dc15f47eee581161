// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.PipedProcess;
import io.runflux.process.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@Timeout(20)
class AttachPointTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ContainerId ID = ContainerId.of("web");

    private final PipedProcess process = new PipedProcess();
    private final PipedOutputStream typed = new PipedOutputStream();
    private InputStream ownInput;
    private @Nullable Disposable relaying;
    private @Nullable AttachPoint point;

    @TempDir
    private Path directory;

    @BeforeEach
    void openInput() throws IOException {
        ownInput = new PipedInputStream(typed);
    }

    @AfterEach
    void close() throws IOException {
        typed.close();
        if (relaying != null) {
            relaying.dispose();
        }
        if (point != null) {
            point.close().block(LIMIT);
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    private static ContainerStreams output() {
        return ContainerStreams.copyTo(new ByteArrayOutputStream(), new ByteArrayOutputStream());
    }

    private ContainerStreams interactive() {
        return ContainerStreams.copy(ownInput, new ByteArrayOutputStream(), new ByteArrayOutputStream());
    }

    private void share(ContainerStreams streams, boolean takesInput) {
        AttachPoint opened =
                Objects.requireNonNull(AttachPoint.listen(AttachPoint.newSocket(directory, ID), streams, takesInput)
                        .block(LIMIT));
        point = opened;
        relaying = opened.share(streams).relay(process).subscribe();
    }

    private Path socket() {
        return AttachSocket.find(directory, ID).get(0);
    }

    private void endPoint() {
        Objects.requireNonNull(point).close().block(LIMIT);
    }

    /** Runs while the test goes on. */
    private static CompletableFuture<Integer> copy(AttachConnection from, ByteArrayOutputStream to) {
        return CompletableFuture.supplyAsync(() -> from.copy(to, to), task -> new Thread(task).start());
    }

    private static void await(Callable<Boolean> condition) {
        Mono.fromCallable(condition)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(isMet -> isMet)
                .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(5)))
                .block(LIMIT);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void attach_several_getOutputFromNowOnAndTheExit() throws Exception {
        share(output(), false);
        process.write("before\n");
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        try (AttachConnection one = AttachConnection.open(directory, ID);
                AttachConnection two = AttachConnection.open(directory, ID)) {
            assertThat(one.hasTerminal()).isFalse();
            assertThat(one.takesInput()).isFalse();
            CompletableFuture<Integer> oneEnd = copy(one, first);
            CompletableFuture<Integer> twoEnd = copy(two, second);

            process.write("out\n").fail("err\n").write(Unpooled.wrappedBuffer(new byte[200_000]));
            process.end(7);
            endPoint();

            assertThat(oneEnd.get()).isEqualTo(7);
            assertThat(twoEnd.get()).isEqualTo(7);
        }
        assertThat(first.size()).isEqualTo(200_008);
        assertThat(first.toString(StandardCharsets.UTF_8)).startsWith("out\nerr\n\0");
        assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
    }

    @Test
    void attach_input_isAddedToThatOfTheHolderAndEndsWithIt() throws Exception {
        share(interactive(), true);
        try (AttachConnection one = AttachConnection.open(directory, ID);
                AttachConnection two = AttachConnection.open(directory, ID)) {
            assertThat(one.takesInput()).isTrue();
            one.sendInput(bytes("one"));
            await(() -> process.told().contains("one"));
            two.sendInput(bytes("two"));
            await(() -> process.told().contains("two"));
            typed.write('x');
            typed.flush();
            await(() -> process.told().contains("x"));
            two.sendInput(bytes("three"));
            await(() -> process.told().contains("three"));
            typed.close();
            await(() -> process.told().contains("end of input"));
        }
    }

    @Test
    void attach_toTerminal_passesSizesOn() throws Exception {
        share(interactive().onTerminal(new TerminalSize(24, 80), Flux.never()), true);
        try (AttachConnection one = AttachConnection.open(directory, ID)) {
            assertThat(one.hasTerminal()).isTrue();
            one.sendSize(new TerminalSize(40, 120));
            await(() -> process.told().contains("40x120"));
        }
    }

    /** The others get everything meanwhile, and the container does not wait. */
    @Test
    void attach_tooSlow_isCutOffAndToldSo() throws Exception {
        share(output(), false);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (AttachConnection slow = AttachConnection.open(directory, ID);
                AttachConnection fast = AttachConnection.open(directory, ID)) {
            CompletableFuture<Integer> end = copy(fast, all);
            for (int i = 1; i <= 64; i++) {
                process.write(Unpooled.wrappedBuffer(new byte[64 * 1024]));
                int written = i * 64 * 1024;
                await(() -> all.size() == written);
            }
            process.end(0);
            ByteArrayOutputStream some = new ByteArrayOutputStream();
            assertThatThrownBy(() -> slow.copy(some, some))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("too slow: more than 1048576 bytes of output waited");
            assertThat(some.size()).isBetween(1 << 20, 3 << 20);
            endPoint();
            assertThat(end.get()).isZero();
        }
    }

    @Test
    void attach_holderEndsWithoutExit_isUnknown() throws Exception {
        share(output(), false);
        try (AttachConnection one = AttachConnection.open(directory, ID)) {
            CompletableFuture<Integer> end = copy(one, new ByteArrayOutputStream());

            endPoint();

            assertThat(end.get()).isEqualTo(255);
        }
    }

    /**
     * The kernel tells those who have sent what nobody read that the connection was reset, and not that it has ended.
     */
    @Test
    void attach_holderDiesWithUnreadInput_isUnknown() throws Exception {
        Path socket = AttachPoint.newSocket(directory, ID);
        try (ServerSocketChannel holder = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            holder.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<AttachConnection> opening =
                    CompletableFuture.supplyAsync(() -> AttachConnection.open(directory, ID));
            try (SocketChannel accepted = holder.accept()) {
                accepted.write(ByteBuffer.wrap(new byte[] {Frames.HELLO, 0, 0, 0, 2, Frames.VERSION, 2}));
                opening.get().sendInput(bytes("unread"));
            }
            try (AttachConnection one = opening.get()) {
                ByteArrayOutputStream nothing = new ByteArrayOutputStream();
                assertThat(one.copy(nothing, nothing)).isEqualTo(255);
            }
        }
        Files.delete(socket);
    }

    /** Garbage, a frame that is too long, and half a frame end one connection, and nothing else. */
    @Test
    void attach_brokenFrames_endThatConnectionAlone() throws Exception {
        share(interactive(), true);
        try (AttachConnection one = AttachConnection.open(directory, ID)) {
            for (byte[] junk : List.of(
                    new byte[] {Frames.INPUT, -1, -1, -1, -1, 0},
                    new byte[] {Frames.INPUT, 0, 1, 0, 1, 'x'},
                    new byte[] {Frames.INPUT, 0, 0, 0, 9, 'x'},
                    new byte[] {99, 0, 0, 0, 1, 'x', Frames.SIZE, 0, 0, 0, 1, 'x'})) {
                try (SocketChannel broken = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
                    broken.write(ByteBuffer.wrap(junk));
                }
            }
            one.sendInput(bytes("still here"));
            await(() -> process.told().contains("still here"));
        }
        assertThat(process.told()).doesNotContain("x");
    }

    @Test
    void open_besideSocketsOfCrashedHolders_findsTheOneThatListens() throws Exception {
        Path before = crash(1);
        share(output(), false);
        Path after = crash(-1);

        AttachConnection.open(directory, ID).close();

        Path socket = AttachSocket.find(directory, ID).get(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        Files.delete(before);
        Files.delete(after);
    }

    private Path crash(int secondsAgo) throws IOException {
        Path path = AttachPoint.newSocket(directory, ID);
        try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            crashed.bind(UnixDomainSocketAddress.of(path));
        }
        return Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
    }

    /** Its container cannot be created beside that of the first, which is the one to attach to. */
    @Test
    void open_severalHolders_findsTheFirst() throws Exception {
        share(interactive(), true);
        Files.setLastModifiedTime(socket(), FileTime.from(Instant.now().minusSeconds(1)));
        AttachPoint later =
                Objects.requireNonNull(AttachPoint.listen(AttachPoint.newSocket(directory, ID), output(), false)
                        .block(LIMIT));

        try (AttachConnection connection = AttachConnection.open(directory, ID)) {
            assertThat(connection.takesInput()).isTrue();
        }
        later.close().block(LIMIT);
    }

    @Test
    void open_nobodyHoldsIt_saysSo() {
        assertThatThrownBy(() -> AttachConnection.open(directory, ID))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no command of this state directory runs container web");
    }

    @Test
    void newSocket_longName_isShortened() {
        Path parent = Path.of("/" + "d".repeat(60));

        assertThat(AttachPoint.newSocket(parent, ContainerId.of("c".repeat(76))).toString())
                .hasSizeLessThan(108)
                .endsWith(".sock");
        Path tooLong = Path.of("/" + "d".repeat(100));
        assertThatThrownBy(() -> AttachPoint.newSocket(tooLong, ID)).isInstanceOf(IllegalArgumentException.class);
    }
}
