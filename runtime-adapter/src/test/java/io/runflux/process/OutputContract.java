// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.QUIET;
import static io.runflux.process.LauncherFixture.TIMEOUT;
import static io.runflux.process.LauncherFixture.checksum;
import static io.runflux.process.LauncherFixture.exitOf;
import static io.runflux.process.LauncherFixture.program;
import static io.runflux.process.LauncherFixture.sh;
import static io.runflux.process.LauncherFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a process writes. */
interface OutputContract extends LauncherFixture {
    @Test
    default void output_someMebibytesOnBothStreams_arriveUnchanged(@TempDir Path directory) throws IOException {
        byte[] out = random(directory.resolve("out"), 3_000_001);
        byte[] err = random(directory.resolve("err"), 2_000_003);
        ProcessSpec spec = sh("cat out & cat err >&2; wait")
                .workingDirectory(directory)
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe())
                .build();
        Mono<String> sums = launcher()
                .using(
                        spec,
                        process ->
                                Mono.zip(checksum(process.stdout()), checksum(process.stderr()), (a, b) -> a + " " + b))
                .single();
        assertThat(LauncherFixture.await(sums)).isEqualTo(checksum(out) + " " + checksum(err));
    }

    @Test
    default void output_noDemand_blocksTheProcessAndLosesNothing(@TempDir Path directory) throws IOException {
        random(directory.resolve("big"), 1 << 20);
        Path marker = directory.resolve("marker");
        RunningProcess process =
                launch(sh("cat big; echo > marker").workingDirectory(directory).stdout(Stdio.pipe()));
        StepVerifier.create(process.stdout().map(ByteBuf::readableBytes).scan(Integer::sum), 1)
                .expectNextCount(1)
                .expectNoEvent(QUIET)
                .then(() -> assertThat(marker).doesNotExist())
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(sum -> sum < 1 << 20)
                .expectNext(1 << 20)
                .expectComplete()
                .verify(TIMEOUT);
        exitOf(process);
        assertThat(marker).exists();
    }

    @Test
    default void output_neverSubscribed_doesNotHoldUpTheExit() {
        RunningProcess process = launch(sh("echo unread").stdout(Stdio.pipe()).stderr(Stdio.pipe()));
        assertThat(exitOf(process).isSuccess()).isTrue();
        release(process);
    }

    @Test
    default void output_subscribedAfterExit_isThere() {
        RunningProcess process =
                launch(sh("echo early; echo bad >&2").stdout(Stdio.pipe()).stderr(Stdio.pipe()));
        exitOf(process);
        assertThat(LauncherFixture.await(text(process.stdout()))).isEqualTo("early\n");
        assertThat(LauncherFixture.await(text(process.stderr()))).isEqualTo("bad\n");
    }

    @Test
    default void output_secondSubscriber_isRefused() {
        RunningProcess process = launch(sh("echo once").stdout(Stdio.pipe()));
        assertThat(LauncherFixture.await(text(process.stdout()))).isEqualTo("once\n");
        StepVerifier.create(process.stdout())
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
    }

    @Test
    default void output_noPipe_isEmpty() {
        RunningProcess process = launch(sh("echo nowhere; echo nowhere >&2"));
        StepVerifier.create(process.stdout().mergeWith(process.stderr()))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(process.drained()).expectComplete().verify(TIMEOUT);
    }

    @Test
    default void output_cancelled_breaksThePipe() {
        RunningProcess process = launch(program("/usr/bin/yes").stdout(Stdio.pipe()));
        StepVerifier.create(process.stdout()).expectNextCount(1).thenCancel().verify(TIMEOUT);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(Signal.parse("PIPE")));
        StepVerifier.create(process.drained()).expectComplete().verify(TIMEOUT);
    }

    @Test
    default void output_closedEarly_completesBeforeTheExit() {
        RunningProcess process =
                launch(sh("echo bye; exec >&-; exec sleep 1000").stdout(Stdio.pipe()));
        assertThat(LauncherFixture.await(text(process.stdout()))).isEqualTo("bye\n");
        StepVerifier.create(process.drained()).expectComplete().verify(TIMEOUT);
        StepVerifier.create(process.exit())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(TIMEOUT);
        release(process);
    }

    @Test
    default void output_heldByGrandchild_drainsAfterTheExit(@TempDir Path directory)
            throws IOException, ExecutionException, InterruptedException, TimeoutException {
        Path stay = Files.createFile(directory.resolve("stay"));
        RunningProcess process = launch(sh("(while [ -e stay ]; do sleep 0.02; done; echo late) & sleep 0.2; echo hi")
                .workingDirectory(directory)
                .stdout(Stdio.pipe()));
        CompletableFuture<String> text = text(process.stdout()).toFuture();
        assertThat(exitOf(process).isSuccess()).isTrue();
        StepVerifier.create(process.drained())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> delete(stay))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(text.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("hi\nlate\n");
    }

    @Test
    default void drained_completes_afterTheLastBuffer() {
        RunningProcess process = launch(sh("echo one").stdout(Stdio.pipe()));
        StepVerifier.create(process.stdout()
                        .map(buffer -> "buffer")
                        .mergeWith(process.drained().thenReturn("drained")))
                .expectNext("buffer", "drained")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    default void capture_moreThanTheLimit_isTruncated() {
        ProcessSpec spec = sh("head -c 100000 /dev/zero | tr '\\0' x; echo err >&2")
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe())
                .build();
        CapturedOutput output = LauncherFixture.await(
                launcher().capture(spec, CaptureLimits.defaults().withMaxBytes(10)));
        assertThat(output).isEqualTo(new CapturedOutput(ExitStatus.exited(0), "xxxxxxxxxx", "err\n", true, true));
    }

    @Test
    default void capture_grandchildHoldsThePipe_givesUpAndSaysSo(@TempDir Path directory) throws IOException {
        Path stay = Files.createFile(directory.resolve("stay"));
        ProcessSpec spec = sh("(while [ -e stay ]; do sleep 0.02; done) & sleep 0.2; echo hi; exit 5")
                .workingDirectory(directory)
                .stdout(Stdio.pipe())
                .build();
        CapturedOutput output = LauncherFixture.await(
                launcher().capture(spec, CaptureLimits.defaults().withDrainTimeout(Duration.ofMillis(100))));
        assertThat(output).isEqualTo(new CapturedOutput(ExitStatus.exited(5), "hi\n", "", false, false));
        delete(stay);
    }

    @Test
    default void capture_ofARunningProcess_keepsWhatItWritesAndLeavesItToItsOwner() {
        RunningProcess process = launch(sh("cat; echo two >&2; exit 4")
                .stdin(Stdio.pipe())
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe()));
        Mono<Void> sent = process.send(Mono.just(Unpooled.copiedBuffer("one", StandardCharsets.UTF_8)));
        CapturedOutput output = LauncherFixture.await(
                Mono.zip(process.capture(CaptureLimits.defaults()), sent.thenReturn(true), (all, done) -> all));
        assertThat(output).isEqualTo(new CapturedOutput(ExitStatus.exited(4), "one", "two\n", false, true));
        release(process);
    }

    @Test
    default void capture_somebodyElseReads_fails() {
        RunningProcess process = launch(sh("echo; exec sleep 1000").stdout(Stdio.pipe()));
        process.stdout().asString().blockFirst(TIMEOUT);
        StepVerifier.create(process.capture(CaptureLimits.defaults()))
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
        release(process);
    }

    @Test
    default void capture_cancelled_leavesTheProcessRunning() {
        RunningProcess process = launch(sh("exec sleep 1000").stdout(Stdio.pipe()));
        StepVerifier.create(process.capture(CaptureLimits.defaults()))
                .expectSubscription()
                .thenCancel()
                .verify(TIMEOUT);
        StepVerifier.create(process.exit())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(TIMEOUT);
        release(process);
    }

    private static byte[] random(Path file, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Files.write(file, bytes);
        return bytes;
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot delete " + file, e);
        }
    }

    private static void release(RunningProcess process) {
        StepVerifier.create(process.release()).expectComplete().verify(TIMEOUT);
    }
}
