// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class LogOverflowTest {
    private static final String CHUNK = "x".repeat(39_999) + "\n";

    /** The first record of a chunk fits behind another chunk. */
    private static final int LOST_AT_ROTATION = CHUNK.length() - LineCutter.MAX_BYTES;

    @TempDir
    Path parent = Path.of("/");

    private final HeldTasks disk = new HeldTasks();
    private LogScene scene = LogScene.NONE;

    @BeforeEach
    void setUp() {
        scene = LogScene.in(parent);
    }

    private FileUpstream open(String overflow, String maxSize) throws IOException {
        StdioUri uri =
                scene.uri().with("overflow", overflow).with("buffer", "64k").with("max-size", maxSize);
        return FileUpstream.openNow(uri, scene.options(), disk, Clock.systemUTC());
    }

    private void close(UpstreamIo upstream) {
        StepVerifier closing =
                StepVerifier.create(upstream.close()).expectComplete().verifyLater();

        disk.runAll();
        closing.verify(LogScene.TIMEOUT);
    }

    @Test
    void drop_slowDisk_countsAndMarksWhatIsLost() throws IOException {
        FileUpstream upstream = open("drop", "0");
        Sinks.Empty<Void> ended = Sinks.empty();
        Flux<ByteBuf> source = LogScene.bytes(CHUNK, CHUNK, "small\n");
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(
                        source.concatWith(ended.asMono().then().cast(ByteBuf.class))))
                .expectComplete()
                .verifyLater();

        assertThat(upstream.lostBytes()).isEqualTo(40_006);
        disk.runAll();
        upstream.take(LogStream.STDOUT, LogScene.buffer("after\n"));
        ended.tryEmitEmpty();
        disk.runAll();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);
        assertThat(scene.content(scene.log())).isEqualTo(CHUNK + "[runflux] 40006 bytes of stdout were lost\nafter\n");
    }

    @Test
    void drop_withinALine_marksItOnALineOfItsOwn() throws IOException {
        FileUpstream upstream = open("drop", "0");
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(LogScene.bytes("begun", CHUNK, CHUNK)))
                .expectComplete()
                .verifyLater();

        disk.runAll();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(scene.content(scene.log()))
                .isEqualTo("begun" + CHUNK + "[runflux] 40000 bytes of stdout were lost\n");
    }

    @Test
    void wait_slowDisk_asksForNoMoreThanThereIsRoomFor() throws IOException {
        FileUpstream upstream = open("wait", "0");
        AtomicInteger asked = new AtomicInteger();
        Flux<ByteBuf> source =
                Flux.range(0, 20).map(i -> LogScene.buffer(CHUNK)).doOnNext(b -> asked.incrementAndGet());
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(source))
                .expectComplete()
                .verifyLater();

        assertThat(asked).hasValue(2);
        disk.runAll();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);
        assertThat(upstream.lostBytes()).isZero();
        assertThat(scene.content(scene.log())).isEqualTo(CHUNK.repeat(20));
    }

    @Test
    void drop_diskFails_goesOnAndFailsAtTheEnd() throws IOException {
        FileUpstream upstream = open("drop", "64k");
        Path inTheWay = scene.root().resolve("c1.log.0000000001");
        Sinks.Many<ByteBuf> source = Sinks.many().unicast().onBackpressureBuffer();
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(source.asFlux()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UpstreamException.class)
                        .hasMessageStartingWith("cannot write to file://"))
                .verifyLater();

        send(source, CHUNK);
        Files.createDirectories(inTheWay.resolve("full"));
        send(source, CHUNK);
        Files.delete(inTheWay.resolve("full"));
        Files.delete(inTheWay);
        send(source, CHUNK);
        source.tryEmitComplete();
        disk.runAll();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(upstream.lostBytes()).isEqualTo(LOST_AT_ROTATION);
        assertThat(scene.read(scene.uri(), LogStart.beginning()))
                .isEqualTo(CHUNK + "x".repeat(LineCutter.MAX_BYTES) + "\n[runflux] " + LOST_AT_ROTATION
                        + " bytes of stdout were lost\n" + CHUNK);
    }

    private void send(Sinks.Many<ByteBuf> source, String text) {
        source.tryEmitNext(LogScene.buffer(text));
        disk.runAll();
    }

    @Test
    void drop_diskFailsAfterAFullPiece_countsOnlyWhatIsLost() throws IOException {
        FileUpstream upstream = open("drop", "256k");
        Files.createDirectories(scene.root().resolve("c1.log.0000000001/full"));
        String line = "x".repeat(LineCutter.MAX_BYTES - 1) + "\n";
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(LogScene.bytes(line.repeat(17))))
                .expectError(UpstreamException.class)
                .verifyLater();

        disk.runAll();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(scene.content(scene.log())).isEqualTo(line.repeat(16));
        assertThat(upstream.lostBytes()).isEqualTo(LineCutter.MAX_BYTES);
    }

    @Test
    void drop_diskFailsTowardsTheEnd_marksItAtTheEnd() throws IOException {
        FileUpstream upstream = open("drop", "64k");
        Path inTheWay = scene.root().resolve("c1.log.0000000001");
        Sinks.Many<ByteBuf> source = Sinks.many().unicast().onBackpressureBuffer();
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(source.asFlux()))
                .expectError(UpstreamException.class)
                .verifyLater();

        send(source, CHUNK);
        Files.createDirectories(inTheWay.resolve("full"));
        send(source, CHUNK);
        Files.delete(inTheWay.resolve("full"));
        Files.delete(inTheWay);
        source.tryEmitComplete();
        disk.runAll();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(scene.read(scene.uri(), LogStart.beginning()))
                .isEqualTo(CHUNK + "x".repeat(LineCutter.MAX_BYTES) + "\n[runflux] " + LOST_AT_ROTATION
                        + " bytes of stdout were lost\n");
    }

    /** As a directory that fails to be listed does. */
    @Test
    void drop_unexpectedError_countsAsAFailedDisk() throws IOException {
        AtomicBoolean isBroken = new AtomicBoolean();
        InstantSource source = () -> {
            if (isBroken.get()) {
                throw new IllegalStateException("broken");
            }
            return Instant.EPOCH;
        };
        FileUpstream upstream = FileUpstream.openNow(
                scene.uri().with("max-age", "1h"), scene.options(), disk, source.withZone(ZoneOffset.UTC));
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(LogScene.bytes("lost\n")))
                .expectError(UpstreamException.class)
                .verifyLater();

        isBroken.set(true);
        disk.runAll();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(upstream.lostBytes()).isEqualTo(5);
    }

    @Test
    void wait_diskFails_failsAtOnceAndCancelsTheSource() throws IOException {
        FileUpstream upstream = open("wait", "64k");
        Files.createDirectories(scene.root().resolve("c1.log.0000000001/full"));
        StepVerifier sending = StepVerifier.create(
                        upstream.sendStdout(LogScene.bytes(CHUNK, CHUNK).concatWith(Flux.never())))
                .expectError(UpstreamException.class)
                .verifyLater();

        disk.runAll();
        sending.verify(LogScene.TIMEOUT);
        close(upstream);

        assertThat(upstream.lostBytes()).isEqualTo(LOST_AT_ROTATION);
    }
}
