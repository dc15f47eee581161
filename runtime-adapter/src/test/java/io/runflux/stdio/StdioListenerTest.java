// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.runflux.process.InboundStream;
import io.runflux.process.OutboundStream;
import io.runflux.process.StreamAddress;
import io.runflux.process.StreamDialer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Real FIFOs and sockets at paths of their own; that no descriptor is left is the leak guard's to say. */
class StdioListenerTest {
    private static final Duration QUIET = Duration.ofMillis(100);

    private static StdioListener listen(StdioUri.Scheme scheme) {
        return Objects.requireNonNull(StdioListener.listen(scheme).block(LogScene.TIMEOUT));
    }

    private static Path pathOf(StdioListener listener) {
        return Objects.requireNonNull(listener.uri().path());
    }

    private static StreamAddress addressOf(StdioListener listener) {
        return listener.uri().scheme() == StdioUri.Scheme.FIFO
                ? StreamAddress.fifo(pathOf(listener))
                : StreamAddress.socket(pathOf(listener));
    }

    private static InboundStream reader(StdioListener listener) {
        return Objects.requireNonNull(
                StreamDialer.shared().openToRead(addressOf(listener)).block(LogScene.TIMEOUT));
    }

    private static OutboundStream writer(StdioListener listener) {
        return Objects.requireNonNull(
                StreamDialer.shared().openToWrite(addressOf(listener)).block(LogScene.TIMEOUT));
    }

    private static void write(OutboundStream writer, String text) {
        ByteBuf buffer = LogScene.buffer(text);
        ByteBuf direct = buffer.alloc().directBuffer().writeBytes(buffer);
        buffer.release();
        writer.write(direct).block(LogScene.TIMEOUT);
        direct.release();
    }

    private static void assertGone(StdioListener listener) {
        Path directory = Objects.requireNonNull(pathOf(listener).getParent());
        long deadline = System.nanoTime() + LogScene.TIMEOUT.toNanos();
        while (Files.exists(directory) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        assertThat(directory).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(names = {"FIFO", "UNIX"})
    void listen_isForThisUserAlone_andCloseRemovesIt(StdioUri.Scheme scheme) throws Exception {
        StdioListener listener = listen(scheme);
        Path path = pathOf(listener);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(Objects.requireNonNull(path.getParent()))))
                .isEqualTo("rwx------");
        assertThat(Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).isFalse();
        listener.close().block(LogScene.TIMEOUT);
        listener.close().block(LogScene.TIMEOUT);
        assertThat(path.getParent()).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(names = {"FIFO", "UNIX"})
    void send_peerComes_copiesAndEndsAndRefusesASecond(StdioUri.Scheme scheme) {
        StdioListener listener = listen(scheme);
        StepVerifier sending = StepVerifier.create(listener.send(LogScene.bytes("one ", "x".repeat(200_000), " three")))
                .expectComplete()
                .verifyLater();

        InboundStream peer = reader(listener);
        assertThat(PeerScene.readAll(peer)).isEqualTo("one " + "x".repeat(200_000) + " three");

        sending.verify(LogScene.TIMEOUT);
        assertGone(listener);
        assertThatThrownBy(() -> reader(listener)).hasMessageContaining("does not exist");
        listener.close().block(LogScene.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(names = {"FIFO", "UNIX"})
    void receive_peerComes_copiesToItsEndAndRefusesASecond(StdioUri.Scheme scheme) {
        StdioListener listener = listen(scheme);

        StepVerifier.create(listener.receive().asString())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> {
                    OutboundStream peer = writer(listener);
                    write(peer, "hello");
                    peer.release().block(LogScene.TIMEOUT);
                })
                .expectNext("hello")
                .expectComplete()
                .verify(LogScene.TIMEOUT);
        assertGone(listener);
        assertThatThrownBy(() -> writer(listener)).hasMessageContaining("does not exist");
        listener.close().block(LogScene.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(names = {"FIFO", "UNIX"})
    void receive_listenerClosedBeforeAnybodyCame_fails(StdioUri.Scheme scheme) {
        StdioListener listener = listen(scheme);

        StepVerifier.create(listener.receive())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> listener.close().block(LogScene.TIMEOUT))
                .expectErrorSatisfies(StdioListenerTest::assertSaysThatNobodyCame)
                .verify(LogScene.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(names = {"FIFO", "UNIX"})
    void send_listenerClosedBeforeAnybodyCame_fails(StdioUri.Scheme scheme) {
        StdioListener listener = listen(scheme);

        StepVerifier.create(listener.send(Flux.empty()))
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> listener.close().block(LogScene.TIMEOUT))
                .expectErrorSatisfies(StdioListenerTest::assertSaysThatNobodyCame)
                .verify(LogScene.TIMEOUT);
    }

    private static void assertSaysThatNobodyCame(Throwable error) {
        assertThat(error).isInstanceOf(UpstreamException.class).hasMessageContaining("closed before a peer came");
    }

    @Test
    void receive_listenerClosedWhenAPeerIsThere_readsOn() {
        StdioListener listener = listen(StdioUri.Scheme.FIFO);

        StepVerifier.create(listener.receive().asString())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> {
                    OutboundStream peer = writer(listener);
                    listener.close().block(LogScene.TIMEOUT);
                    write(peer, "hello");
                    peer.release().block(LogScene.TIMEOUT);
                })
                .expectNext("hello")
                .expectComplete()
                .verify(LogScene.TIMEOUT);
    }

    @Test
    void send_twice_isRefused() {
        StdioListener listener = listen(StdioUri.Scheme.UNIX);
        StepVerifier sending = StepVerifier.create(listener.send(Flux.empty()))
                .expectComplete()
                .verifyLater();

        StepVerifier.create(listener.receive())
                .expectError(IllegalStateException.class)
                .verify(LogScene.TIMEOUT);
        reader(listener).release().block(LogScene.TIMEOUT);
        sending.verify(LogScene.TIMEOUT);
        listener.close().block(LogScene.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(names = {"FIFO", "UNIX"})
    void send_peerGoes_failsAndReleasesWhatComes(StdioUri.Scheme scheme) {
        StdioListener listener = listen(scheme);
        Flux<ByteBuf> endless = Flux.generate(sink -> sink.next(LogScene.buffer("x".repeat(1_000))));

        StepVerifier sending = StepVerifier.create(listener.send(endless))
                .expectError(UpstreamException.class)
                .verifyLater();
        assertThat(reader(listener).bytes().map(ByteBuf::isReadable).blockFirst(LogScene.TIMEOUT))
                .isTrue();
        sending.verify(LogScene.TIMEOUT);
        listener.close().block(LogScene.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(names = {"FIFO", "UNIX"})
    void send_sourceFailsOrIsCancelled_endsTheStream(StdioUri.Scheme scheme) {
        StdioListener listener = listen(scheme);
        StepVerifier sending = StepVerifier.create(listener.send(
                        LogScene.bytes("some").concatWith(Mono.error(new IllegalArgumentException("torn")))))
                .expectErrorMessage("torn")
                .verifyLater();

        assertThat(PeerScene.readAll(reader(listener))).isEqualTo("some");
        sending.verify(LogScene.TIMEOUT);
        listener.close().block(LogScene.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(names = {"FIFO", "UNIX"})
    void receive_cancelled_closesWhatWasOpened(StdioUri.Scheme scheme) {
        StdioListener listener = listen(scheme);

        StepVerifier.create(listener.receive())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(LogScene.TIMEOUT);
        listener.close().block(LogScene.TIMEOUT);
        assertGone(listener);
    }

    @Test
    void listen_cancelled_leavesNothing() {
        StepVerifier.create(StdioListener.listen(StdioUri.Scheme.UNIX))
                .expectSubscription()
                .thenCancel()
                .verify(LogScene.TIMEOUT);
    }

    @Test
    void listen_otherScheme_isRefused() {
        assertThatThrownBy(() -> StdioListener.listen(StdioUri.Scheme.FILE))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
