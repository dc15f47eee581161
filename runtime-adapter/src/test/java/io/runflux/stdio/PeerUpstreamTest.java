// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.runflux.process.OutboundStream;
import io.runflux.process.PeerUnavailableException;
import io.runflux.process.PeerUnavailableException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Peers that come and go as they are told to, in virtual time. */
class PeerUpstreamTest {
    private static final StdioUri URI = StdioUri.unix(Path.of("/run/peer"));
    private static final String CHUNK = "x".repeat(39_999) + "\n";

    private final List<FakePeer> peers = new ArrayList<>();
    private final Sinks.Many<ByteBuf> source = Sinks.many().unicast().onBackpressureBuffer();
    private VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private int missing;
    private int room = Integer.MAX_VALUE;

    @BeforeEach
    void setUp() {
        time = VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void tearDown() {
        VirtualTimeScheduler.reset();
    }

    private PeerUpstream open(StdioUri uri, FakePeer first) {
        Redial redial = new Redial(
                uri.toString(),
                PeerOptions.of(uri.parameters()).retryTimeout(),
                Redial.GONE,
                () -> time.now(TimeUnit.NANOSECONDS));
        return new PeerUpstream(uri, false, first, Mono.defer(this::dial), redial);
    }

    private Mono<OutboundStream> dial() {
        return missing-- > 0
                ? Mono.error(new PeerUnavailableException(Reason.REFUSED, "nobody listens"))
                : Mono.just(peer());
    }

    private FakePeer peer() {
        FakePeer peer = new FakePeer().severAfter(room);
        peers.add(peer);
        return peer;
    }

    private StepVerifier sending(PeerUpstream upstream) {
        return StepVerifier.create(upstream.sendStdout(source.asFlux()))
                .expectComplete()
                .verifyLater();
    }

    private void send(String text) {
        source.tryEmitNext(LogScene.buffer(text)).orThrow();
    }

    private void close(PeerUpstream upstream) {
        StepVerifier.create(upstream.close())
                .then(() -> time.advanceTimeBy(PeerUpstream.LINGER))
                .expectComplete()
                .verify(LogScene.TIMEOUT);
        StepVerifier.create(upstream.close()).expectComplete().verify(LogScene.TIMEOUT);
    }

    @Test
    void sendStdout_severedWithinABuffer_goesOnAtTheRightByte() {
        PeerUpstream upstream = open(URI, peer().severAfter(4));
        StepVerifier sending = sending(upstream);
        missing = 3;

        send("one two three");
        assertThat(peers).hasSize(1);
        time.advanceTimeBy(Duration.ofSeconds(2));
        send(" four");
        source.tryEmitComplete();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(peers).extracting(FakePeer::text).containsExactly("one ", "two three four");
        assertThat(peers).allMatch(FakePeer::isReleased);
        assertThat(upstream.lostBytes()).isZero();
    }

    @Test
    void sendStdout_severedAgainAndAgain_losesNothing() {
        PeerUpstream upstream = open(URI, peer().severAfter(0));
        StepVerifier sending = sending(upstream);
        for (int i = 0; i < 50; i++) {
            send("line " + i + "\n");
            peers.get(peers.size() - 1).severAfter(i % 5);
            time.advanceTimeBy(Duration.ofMillis(100));
        }
        peers.get(peers.size() - 1).severAfter(Integer.MAX_VALUE);
        source.tryEmitComplete();
        time.advanceTimeBy(Duration.ofMinutes(1));
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        StringBuilder all = new StringBuilder();
        peers.forEach(peer -> all.append(peer.text()));
        assertThat(all.toString().lines()).hasSize(50).last().isEqualTo("line 49");
        assertThat(upstream.lostBytes()).isZero();
    }

    @Test
    void sendStdout_peersThatTakeOneByteAndGo_areDialledEverMoreSlowly() {
        room = 1;
        PeerUpstream upstream = open(URI, peer());
        StepVerifier sending = sending(upstream);

        send("0123456789");
        assertThat(peers).hasSize(2);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(peers).hasSizeBetween(3, 5);
        room = Integer.MAX_VALUE;
        time.advanceTimeBy(Duration.ofMinutes(1));
        source.tryEmitComplete();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(peers.stream().map(FakePeer::text).collect(Collectors.joining()))
                .isEqualTo("0123456789");
    }

    @Test
    void drop_outage_countsAndMarksWhatDoesNotFit() {
        PeerUpstream upstream = open(URI.with("buffer", "64k"), peer().severAfter(0));
        StepVerifier sending = sending(upstream);
        missing = 2;

        send("first\n");
        send(CHUNK);
        send(CHUNK);
        send("small\n");
        assertThat(upstream.lostBytes()).isEqualTo(40_006);
        time.advanceTimeBy(Duration.ofSeconds(2));
        send("after\n");
        source.tryEmitComplete();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(peers.get(1).text())
                .isEqualTo("first\n" + CHUNK + "[runflux] 40006 bytes of stdout were lost\nafter\n");
        assertThat(upstream.lostBytes()).isEqualTo(40_006);
    }

    @Test
    void drop_retryTimeout_losesWhatWaitsAndGoesOnAndFailsAtTheEnd() {
        PeerUpstream upstream = open(URI.with("retry-timeout", "5s"), peer().severAfter(3));
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(source.asFlux()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UpstreamException.class)
                        .hasMessage("cannot write to unix:///run/peer: nobody listens, and the retry timeout of PT5S"
                                + " is up"))
                .verifyLater();
        missing = Integer.MAX_VALUE;

        send("lost and gone");
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(upstream.lostBytes()).isEqualTo(10);
        missing = 0;
        send("after\n");
        time.advanceTimeBy(Duration.ofSeconds(5));
        source.tryEmitComplete();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(peers)
                .extracting(FakePeer::text)
                .containsExactly("los", "\n[runflux] 10 bytes of output were lost\nafter\n");
        assertThat(upstream.lostBytes()).isEqualTo(10);
    }

    @Test
    void wait_retryTimeout_failsAtOnceAndCancelsTheSource() {
        PeerUpstream upstream = open(URI.with("overflow", "wait").with("retry-timeout", "5s"), peer().severAfter(3));
        missing = Integer.MAX_VALUE;

        StepVerifier.create(upstream.sendStdout(LogScene.bytes("lost").concatWith(Flux.never())))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(5)))
                .expectError(UpstreamException.class)
                .verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(upstream.lostBytes()).isEqualTo(1);
    }

    @Test
    void wait_outage_asksForNoMoreThanThereIsRoomFor() {
        PeerUpstream upstream = open(URI.with("overflow", "wait").with("buffer", "64k"), peer().severAfter(0));
        List<String> asked = new ArrayList<>();
        Flux<ByteBuf> chunks =
                Flux.range(0, 20).map(i -> CHUNK).doOnNext(asked::add).map(LogScene::buffer);
        missing = 1;
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(chunks))
                .expectComplete()
                .verifyLater();

        assertThat(asked).hasSizeLessThan(5);
        time.advanceTimeBy(Duration.ofSeconds(1));
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(peers.get(1).text()).isEqualTo(CHUNK.repeat(20));
        assertThat(upstream.lostBytes()).isZero();
    }

    @Test
    void replaced_peerHeldWhatNobodyRead_countsAndMarksIt() {
        FakePeer first = peer().severAfter(5);
        first.unread = 5;
        PeerUpstream upstream = open(URI, first);
        StepVerifier sending = sending(upstream);

        send("hello world\n");
        send("after\n");
        source.tryEmitComplete();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(upstream.lostBytes()).isEqualTo(5);
        assertThat(peers.get(1).text()).isEqualTo(" world\n[runflux] 5 bytes of output were lost\nafter\n");
    }

    @Test
    void close_peerDoesNotRead_waitsSoLongAndCountsTheRest() {
        FakePeer stuck = peer();
        stuck.isStuck = true;
        PeerUpstream upstream = open(URI, stuck);
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(source.asFlux()))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("nobody read the rest"))
                .verifyLater();
        send("12345");
        send("678");

        StepVerifier.create(upstream.close())
                .expectSubscription()
                .then(() -> time.advanceTimeBy(PeerUpstream.LINGER.minusMillis(1)))
                .then(() -> assertThat(stuck.isReleased()).isFalse())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectComplete()
                .verify(LogScene.TIMEOUT);
        sending.verify(LogScene.TIMEOUT);

        assertThat(upstream.lostBytes()).isEqualTo(8);
        assertThat(stuck.isReleased()).isTrue();
    }

    @Test
    void close_peerComesWhenItIsTooLate_isReleased() {
        FakePeer late = new FakePeer();
        AtomicReference<CoreSubscriber<? super OutboundStream>> dialling = new AtomicReference<>();
        Mono<OutboundStream> deaf = Mono.fromDirect(subscriber -> {
            dialling.set((CoreSubscriber<? super OutboundStream>) subscriber);
            subscriber.onSubscribe(Operators.emptySubscription());
        });
        Redial redial = new Redial("late", Duration.ZERO, Redial.GONE, () -> time.now(TimeUnit.NANOSECONDS));
        PeerUpstream upstream = new PeerUpstream(URI, false, peer().severAfter(0), deaf, redial);
        StepVerifier.create(upstream.sendStdout(LogScene.bytes("lost")))
                .then(() -> close(upstream))
                .expectError(UpstreamException.class)
                .verify(LogScene.TIMEOUT);

        Objects.requireNonNull(dialling.get()).onNext(late);

        assertThat(late.isReleased()).isTrue();
        assertThat(peers).allMatch(FakePeer::isReleased);
        assertThat(upstream.lostBytes()).isEqualTo(4);
    }

    @Test
    void close_outage_goesOnDiallingForSoLong() {
        PeerUpstream upstream = open(URI, peer().severAfter(0));
        StepVerifier sending = sending(upstream);
        missing = 4;

        send("made it");
        StepVerifier.create(upstream.close())
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(5)))
                .expectComplete()
                .verify(LogScene.TIMEOUT);
        sending.verify(LogScene.TIMEOUT);

        assertThat(peers.get(1).text()).isEqualTo("made it");
        assertThat(peers).allMatch(FakePeer::isReleased);
    }

    @Test
    void close_idle_isImmediateAndRefusesMore() {
        PeerUpstream upstream = open(URI, peer());

        StepVerifier.create(upstream.close()).expectComplete().verify(LogScene.TIMEOUT);
        StepVerifier.create(upstream.sendStdout(Flux.empty()))
                .expectError(IllegalStateException.class)
                .verify(LogScene.TIMEOUT);
        assertThat(peers).allMatch(FakePeer::isReleased);
        upstream.take(LogStream.STDOUT, LogScene.buffer("late"));
        assertThat(upstream.lostBytes()).isEqualTo(4);
    }

    /** Takes so many bytes, and has then gone. */
    private static final class FakePeer implements OutboundStream {
        private final StringBuilder text = new StringBuilder();
        private int room = Integer.MAX_VALUE;
        private boolean isStuck;
        private boolean isReleased;
        private long unread;

        FakePeer severAfter(int bytes) {
            room = bytes;
            return this;
        }

        @Override
        public Mono<Void> write(ByteBuf buffer) {
            if (isStuck) {
                return Mono.never();
            }
            int count = Math.min(room, buffer.readableBytes());
            room -= count;
            text.append(buffer.readCharSequence(count, StandardCharsets.UTF_8));
            return buffer.isReadable()
                    ? Mono.error(new PeerUnavailableException(Reason.SEVERED, "the peer has gone"))
                    : Mono.empty();
        }

        @Override
        public Mono<Long> release() {
            isReleased = true;
            return Mono.just(unread);
        }

        String text() {
            return text.toString();
        }

        boolean isReleased() {
            return isReleased;
        }
    }
}
