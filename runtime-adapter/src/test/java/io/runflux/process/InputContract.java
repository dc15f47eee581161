// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.TIMEOUT;
import static io.runflux.process.LauncherFixture.buffers;
import static io.runflux.process.LauncherFixture.checksum;
import static io.runflux.process.LauncherFixture.exitOf;
import static io.runflux.process.LauncherFixture.program;
import static io.runflux.process.LauncherFixture.sh;
import static io.runflux.process.LauncherFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;

/** What a process is sent. */
interface InputContract extends LauncherFixture {
    int MEBIBYTE = 1 << 20;

    @Test
    default void send_fewBytes_arriveAndTheInputEnds() {
        RunningProcess process = launch(cat());
        Mono<String> echo = process.send(buffers("hello".getBytes(UTF_8), 3)).then(text(process.stdout()));
        assertThat(LauncherFixture.await(echo)).isEqualTo("hello");
        assertThat(exitOf(process).isSuccess()).isTrue();
    }

    @Test
    default void send_nothing_endsTheInput() {
        RunningProcess process = launch(cat());
        StepVerifier.create(process.send(Flux.empty())).expectComplete().verify(TIMEOUT);
        assertThat(exitOf(process).isSuccess()).isTrue();
    }

    @Test
    default void send_fourMebibytesThroughCat_comeBackUnchanged() {
        byte[] bytes = new byte[4 * MEBIBYTE];
        new Random(4).nextBytes(bytes);
        RunningProcess process = launch(cat());
        Mono<Long> sum = Mono.zip(
                checksum(process.stdout()),
                process.send(buffers(bytes, 100_000)).thenReturn(true),
                (it, sent) -> it);
        assertThat(LauncherFixture.await(sum)).isEqualTo(checksum(bytes));
    }

    @Test
    default void send_processNeverReads_failsAtItsExitWhichIsDelivered() {
        RunningProcess process = launch(sh("sleep 0.3").stdin(Stdio.pipe()));
        StepVerifier.create(process.send(zeros()))
                .expectError(StdinClosedException.class)
                .verify(TIMEOUT);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.exited(0));
    }

    @Test
    default void send_processClosesEarly_failsAndTheExitIsDelivered() {
        RunningProcess process = launch(sh("exec <&-; sleep 0.3; exit 3").stdin(Stdio.pipe()));
        StepVerifier.create(process.send(zeros()))
                .expectError(StdinClosedException.class)
                .verify(TIMEOUT);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.exited(3));
    }

    @Test
    default void send_afterTheExit_fails() {
        RunningProcess process = launch(program("/bin/true").stdin(Stdio.pipe()));
        exitOf(process);
        StepVerifier.create(process.send(zeros()))
                .expectError(StdinClosedException.class)
                .verify(TIMEOUT);
    }

    @Test
    default void send_sourceIdleAtTheExit_isGivenUp() {
        PublisherProbe<ByteBuf> idle = PublisherProbe.of(Flux.never());
        RunningProcess process = launch(sh("sleep 0.2; exit 4").stdin(Stdio.pipe()));
        StepVerifier.create(process.send(idle.flux()))
                .expectError(StdinClosedException.class)
                .verify(TIMEOUT);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.exited(4));
        idle.assertWasCancelled();
    }

    @Test
    default void send_sourceFails_endsTheInputAndFailsTheSame() {
        RunningProcess process = launch(cat());
        Flux<ByteBuf> source =
                buffers("half".getBytes(UTF_8), 4).concatWith(Flux.error(() -> new ArithmeticException("torn")));
        StepVerifier.create(process.send(source)).expectErrorMessage("torn").verify(TIMEOUT);
        assertThat(LauncherFixture.await(text(process.stdout()))).isEqualTo("half");
        assertThat(exitOf(process).isSuccess()).isTrue();
    }

    @Test
    default void send_cancelled_cancelsTheSourceAndEndsTheInput() {
        PublisherProbe<ByteBuf> idle = PublisherProbe.of(Flux.never());
        RunningProcess process = launch(cat());
        StepVerifier.create(process.send(idle.flux()))
                .expectSubscription()
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(exitOf(process).isSuccess()).isTrue();
        idle.assertWasCancelled();
    }

    @Test
    default void send_twice_isRefused() {
        RunningProcess process = launch(cat());
        StepVerifier.create(process.send(Flux.empty())).expectComplete().verify(TIMEOUT);
        StepVerifier.create(process.send(Flux.empty()))
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
    }

    @Test
    default void send_inputIsNoPipe_isRefused() {
        RunningProcess process = launch(program("/bin/true"));
        StepVerifier.create(process.send(Flux.empty()))
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
    }

    @Test
    default void input_nobodySends_doesNotHoldUpTheExit() {
        assertThat(exitOf(launch(program("/bin/true").stdin(Stdio.pipe()))).isSuccess())
                .isTrue();
    }

    private static ProcessSpec.Builder cat() {
        return program("/bin/cat").stdin(Stdio.pipe()).stdout(Stdio.pipe());
    }

    /** More than fits into a pipe. */
    private static Flux<ByteBuf> zeros() {
        return buffers(new byte[MEBIBYTE], 50_000);
    }
}
