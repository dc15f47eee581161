// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** With drivers that are real, and small scripts. */
class DriverUpstreamTest {
    private static final DriverScene SCENE = new DriverScene();
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String READY = "exec 5>&-";
    private static final String MARK = "\\[runflux] \\d+ bytes of stdout were lost\n";

    @TempDir
    Path directory = Path.of("/");

    @BeforeEach
    void setUp() {
        SCENE.use(directory);
    }

    @AfterAll
    static void dispose() {
        SCENE.dispose();
    }

    @Test
    void send_goodDriver_getsBothOutputsAndTheirEnds() {
        SCENE.script(READY, "cat <&3 > $D/out & cat <&4 > $D/err & wait", "mv $D/out $D/all");
        UpstreamIo upstream = SCENE.open(SCENE.uri());

        upstream.sendStdout(LogScene.bytes("one\n", "", "two")).block(DriverScene.TIMEOUT);
        upstream.sendStderr(LogScene.bytes("three\n")).block(DriverScene.TIMEOUT);
        upstream.close().block(DriverScene.TIMEOUT);
        upstream.close().block(DriverScene.TIMEOUT);

        assertThat(SCENE.content("all")).isEqualTo("one\ntwo");
        assertThat(SCENE.content("err")).isEqualTo("three\n");
        assertThat(upstream.lostBytes()).isZero();
    }

    @Test
    void open_givesTheDriverItsArgumentsAndTwoVariablesAlone() {
        SCENE.script(
                "tr '\\0' '\\n' < /proc/$$/environ > $D/env",
                "printf '<%s>' \"$@\" > $D/args",
                "pwd > $D/pwd",
                READY,
                "cat <&3");
        StdioUri uri = StdioUri.parse("binary://" + SCENE.executable() + "?z=1&flag&a=b%20c+d&empty=");

        SCENE.open(uri).close().block(DriverScene.TIMEOUT);

        assertThat(SCENE.content("env").lines())
                .containsExactlyInAnyOrder("CONTAINER_ID=c1", "CONTAINER_NAMESPACE=tests");
        assertThat(SCENE.content("args")).isEqualTo("<z><1><flag><><a><b c+d><empty><>");
        assertThat(SCENE.content("pwd")).isEqualTo("/\n");
    }

    @Test
    void open_unsubscribed_startsNothing() {
        SCENE.script("touch $D/started");
        Mono<UpstreamIo> cold = UpstreamIo.open(SCENE.uri(), SCENE.options());

        assertThat(cold).isNotNull();
        assertThat(SCENE.file("started")).doesNotExist();
    }

    @Test
    void open_byteOnDescriptor5_isReadyForBoth() {
        SCENE.script("echo ready >&5", "cat <&3 > $D/out");
        for (StdioUri uri : new StdioUri[] {SCENE.uri(), SCENE.uri2()}) {
            UpstreamIo upstream = SCENE.open(uri);
            upstream.sendStdout(LogScene.bytes(uri.scheme().name())).block(DriverScene.TIMEOUT);
            upstream.close().block(DriverScene.TIMEOUT);

            assertThat(SCENE.content("out")).isEqualTo(uri.scheme().name());
        }
    }

    @Test
    void openV2_closedDescriptor5_isNotReady() {
        SCENE.script(READY, "exec sleep 1000");

        assertRefused(SCENE.uri2(), "logging binary did not call ready (it may have crashed or exited prematurely)");
    }

    @Test
    void open_neverReady_failsAfterTheTimeLimit() {
        SCENE.script("exec sleep 1000");
        SCENE.limit(DriverLimits.defaults().withReadyTimeout(SHORT));

        assertRefused(SCENE.uri(), "the logging driver did not get ready within PT0.2S");
    }

    @Test
    void open_diesBeforeReady_saysHow() {
        SCENE.script("exit 3");
        assertRefused(SCENE.uri(), "the logging driver ended before it was ready, exit status 3");
        assertRefused(SCENE.uri2(), "logging binary did not call ready (it may have crashed or exited prematurely)");

        SCENE.script("kill -9 $$");
        assertRefused(SCENE.uri(), "the logging driver ended before it was ready, signal SIGKILL");
    }

    private static void assertRefused(StdioUri uri, String reason) {
        StepVerifier.create(UpstreamIo.open(uri, SCENE.options()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UpstreamException.class)
                        .hasMessage("cannot open " + uri + ": " + reason))
                .verify(DriverScene.TIMEOUT);
    }

    @Test
    void open_cancelled_endsTheDriver() {
        SCENE.script("touch $D/started", "exec sleep 1000");

        StepVerifier.create(UpstreamIo.open(SCENE.uri(), SCENE.options()))
                .expectSubscription()
                .then(() -> SCENE.await("started"))
                .thenCancel()
                .verify(DriverScene.TIMEOUT);
    }

    @Test
    void drop_diesLater_goesOnAndFailsAtTheEnd() {
        SCENE.script(READY, "read line <&3", "exit 7");
        UpstreamIo upstream = SCENE.open(SCENE.uri());
        TestPublisher<ByteBuf> source = TestPublisher.create();
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(source))
                .expectErrorSatisfies(DriverUpstreamTest::saysExitStatus7)
                .verifyLater();

        source.next(LogScene.buffer("last line\n"));
        StepVerifier.create(upstream.sendStderr(
                        LogScene.bytes().concatWith(Mono.delay(SHORT).then(Mono.empty()))))
                .expectErrorSatisfies(DriverUpstreamTest::saysExitStatus7)
                .verify(DriverScene.TIMEOUT);
        source.assertNotCancelled();
        source.next(LogScene.buffer("lost\n"));
        source.complete();
        sending.verify(DriverScene.TIMEOUT);

        assertThat(upstream.lostBytes()).isEqualTo(5);
        StepVerifier.create(upstream.close())
                .expectErrorSatisfies(DriverUpstreamTest::saysExitStatus7)
                .verify(DriverScene.TIMEOUT);
    }

    private static void saysExitStatus7(Throwable error) {
        assertThat(error)
                .isInstanceOf(UpstreamException.class)
                .hasMessage(SCENE.uri() + ": the logging driver ended before its input did, exit status 7");
    }

    @Test
    void wait_diesLater_failsAtOnceAndCancelsTheSource() {
        SCENE.script(READY, "read line <&3", "exit 7");
        SCENE.limit(DriverLimits.defaults().withWaits(true));
        UpstreamIo upstream = SCENE.open(SCENE.uri());
        TestPublisher<ByteBuf> source = TestPublisher.create();
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(source))
                .expectErrorSatisfies(DriverUpstreamTest::saysExitStatus7)
                .verifyLater();

        source.next(LogScene.buffer("last line\n"));

        sending.verify(DriverScene.TIMEOUT);
        source.assertCancelled();
        StepVerifier.create(upstream.close())
                .expectError(UpstreamException.class)
                .verify(DriverScene.TIMEOUT);
    }

    @Test
    void send_driverClosesOneInput_failsThatOneAlone() {
        SCENE.script("exec 4<&-", READY, "cat <&3 > $D/out");
        UpstreamIo upstream = SCENE.open(SCENE.uri());

        StepVerifier.create(upstream.sendStderr(LogScene.bytes("no")))
                .expectErrorMessage(SCENE.uri() + ": the logging driver closed its descriptor 4")
                .verify(DriverScene.TIMEOUT);
        upstream.sendStdout(LogScene.bytes("yes")).block(DriverScene.TIMEOUT);
        upstream.close().block(DriverScene.TIMEOUT);

        assertThat(SCENE.content("out")).isEqualTo("yes");
        assertThat(upstream.lostBytes()).isEqualTo(2);
    }

    @Test
    void drop_stopsReading_neverHoldsUpTheProcess() {
        SCENE.script(READY, "while [ ! -e $D/go ]; do sleep 0.02; done", "cat <&3 > $D/out");
        SCENE.limit(DriverLimits.defaults().withBufferBytes(64 * 1024));
        UpstreamIo upstream = SCENE.open(SCENE.uri());
        AtomicInteger asked = new AtomicInteger();
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(DriverScene.chunks(100, asked)))
                .expectComplete()
                .verifyLater();

        assertThat(asked).hasValue(100);
        long lost = upstream.lostBytes();
        SCENE.touch("go");
        sending.verify(DriverScene.TIMEOUT);
        upstream.close().block(DriverScene.TIMEOUT);

        assertThat(lost).isPositive().isEqualTo(upstream.lostBytes());
        assertThat(SCENE.content("out")).isEqualTo(withMarkedGaps(SCENE.content("out"), 100));
        assertThat(SCENE.content("out").replaceAll(MARK, "")).hasSize((int) (100 * DriverScene.CHUNK_BYTES - lost));
    }

    /** Returns what there is to be where these chunks came and no others: one mark in each gap, the last included. */
    private static String withMarkedGaps(String out, int count) {
        StringBuilder expected = new StringBuilder();
        int missing = 0;
        for (int i = 0; i < count; i++) {
            boolean hasCome = out.contains(DriverScene.chunk(i));
            expected.append(hasCome ? mark(missing) + DriverScene.chunk(i) : "");
            missing = hasCome ? 0 : missing + 1;
        }
        return expected + mark(missing);
    }

    private static String mark(int missing) {
        return missing == 0 ? "" : LogStream.STDOUT.lossMark((long) missing * DriverScene.CHUNK_BYTES);
    }

    @Test
    void wait_stopsReading_asksForNoMoreThanThereIsRoomFor() {
        SCENE.script(READY, "while [ ! -e $D/go ]; do sleep 0.02; done", "cat <&3 > $D/out");
        SCENE.limit(DriverLimits.defaults().withBufferBytes(64 * 1024).withWaits(true));
        UpstreamIo upstream = SCENE.open(SCENE.uri());
        AtomicInteger asked = new AtomicInteger();
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(DriverScene.chunks(100, asked)))
                .expectComplete()
                .verifyLater();

        assertThat(asked).hasValueLessThan(10);
        SCENE.touch("go");
        sending.verify(DriverScene.TIMEOUT);
        upstream.close().block(DriverScene.TIMEOUT);

        assertThat(asked).hasValue(100);
        assertThat(SCENE.file("out")).hasSize(100 * DriverScene.CHUNK_BYTES);
        assertThat(upstream.lostBytes()).isZero();
    }

    /** What is in it is lost when the driver dies. */
    @Test
    void send_fast_leavesThePipeSmall() {
        SCENE.script(
                READY,
                "head -c 32M <&3 > /dev/null",
                "perl -e 'print fcntl(STDIN, 1032, 0)' <&3 > $D/bytes",
                "cat <&3");
        SCENE.limit(DriverLimits.defaults().withWaits(true));
        UpstreamIo upstream = SCENE.open(SCENE.uri());

        upstream.sendStdout(DriverScene.chunks(1000, new AtomicInteger())).block(DriverScene.TIMEOUT);
        upstream.close().block(DriverScene.TIMEOUT);

        assertThat(SCENE.content("bytes")).isEqualTo("65536");
    }

    @Test
    void close_driverThatReadsNothing_isTerminatedWithoutAnError() {
        SCENE.script(READY, "exec sleep 1000");
        SCENE.limit(DriverLimits.defaults().withEndTimeout(SHORT));
        UpstreamIo upstream = SCENE.open(SCENE.uri());
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(
                        DriverScene.chunks(4, new AtomicInteger()).concatWith(Flux.never())))
                .expectError(UpstreamException.class)
                .verifyLater();

        upstream.close().block(DriverScene.TIMEOUT);

        sending.verify(DriverScene.TIMEOUT);
        assertThat(upstream.lostBytes()).isBetween(4L * DriverScene.CHUNK_BYTES - 65_536, 3L * DriverScene.CHUNK_BYTES);
    }

    @Test
    void close_ignoresSigterm_isKilled() {
        SCENE.script("trap '' TERM", READY, "sleep 1000");
        SCENE.limit(DriverLimits.defaults().withEndTimeout(SHORT));

        StepVerifier.create(SCENE.open(SCENE.uri()).close())
                .expectErrorMessage(SCENE.uri() + ": the logging driver did not end within PT0.2S, and was killed")
                .verify(DriverScene.TIMEOUT);
    }

    @Test
    void close_driverThatTakesItsTime_isLeftToFinish() {
        SCENE.script(READY, "cat <&3 > $D/tmp", "sleep 0.2", "mv $D/tmp $D/out");
        UpstreamIo upstream = SCENE.open(SCENE.uri());
        Mono<Void> sending = upstream.sendStdout(LogScene.bytes("no newline").concatWith(Flux.never()));
        StepVerifier sent = StepVerifier.create(sending).expectComplete().verifyLater();

        upstream.close().block(DriverScene.TIMEOUT);

        sent.verify(DriverScene.TIMEOUT);
        assertThat(SCENE.content("out")).isEqualTo("no newline");
    }

    @Test
    void close_driverFailsAtTheEnd_saysSo() {
        SCENE.script(READY, "cat <&3 > /dev/null", "exit 4");

        StepVerifier.create(SCENE.open(SCENE.uri()).close())
                .expectErrorMessage(SCENE.uri() + ": the logging driver failed, exit status 4")
                .verify(DriverScene.TIMEOUT);
    }

    @Test
    void exit_withTheEndOfOneOutput_isNoFailure() {
        SCENE.script(READY, "cat <&3 > /dev/null");
        UpstreamIo upstream = SCENE.open(SCENE.uri());
        Mono<Void> stdout = upstream.sendStdout(LogScene.bytes("all"));

        StepVerifier.create(upstream.sendStderr(Flux.<ByteBuf>never().takeUntilOther(stdout.then(Mono.delay(SHORT)))))
                .expectError(UpstreamException.class)
                .verify(DriverScene.TIMEOUT);
        upstream.close().block(DriverScene.TIMEOUT);
        assertThat(upstream.lostBytes()).isZero();
    }

    @Test
    void sendStderr_terminal_isRefusedAndAtItsEnd() {
        SCENE.script(READY, "cat <&4 > /dev/null", "cat <&3 > $D/out");
        UpstreamIo upstream = UpstreamIo.open(SCENE.uri(), SCENE.options().withTerminal(true))
                .blockOptional(DriverScene.TIMEOUT)
                .orElseThrow();

        StepVerifier.create(upstream.sendStderr(Flux.empty())).verifyError(IllegalStateException.class);
        StepVerifier.create(upstream.stdin()).verifyComplete();
        upstream.sendStdout(LogScene.bytes("out")).block(DriverScene.TIMEOUT);
        upstream.close().block(DriverScene.TIMEOUT);
        assertThat(SCENE.content("out")).isEqualTo("out");
    }
}
