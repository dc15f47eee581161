// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import static io.runflux.host.CommandFixture.TIMEOUT;
import static io.runflux.host.CommandFixture.bytes;
import static io.runflux.host.CommandFixture.failureOf;
import static io.runflux.host.CommandFixture.find;
import static io.runflux.host.CommandFixture.logTo;
import static io.runflux.host.CommandFixture.outputOf;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.process.StdinClosedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.util.RaceTestUtils;

/** What a command does with a process that does as it is told. */
class CommandTest {
    private static final ExitStatus WELL = ExitStatus.exited(0);
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int ROUNDS = 100;

    private final ScriptedHost host = new ScriptedHost();
    private final Queue<SubstituteLoggingEvent> notes = new ArrayDeque<>();
    private final Logger log = logTo(notes::add);

    @Test
    void output_streamIsHeld_timesOutAtTheLimitAfterTheExit() {
        host.output(bytes("part").concatWith(Flux.never())).exits(WELL);
        StepVerifier.withVirtualTime(
                        () -> host.command().withCopyAfterExitTimeout(LIMIT).output())
                .expectSubscription()
                .expectNoEvent(LIMIT.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectErrorSatisfies(
                        error -> assertThat(outputOf((CommandException) error)).isEqualTo("part"))
                .verify(TIMEOUT);
        assertThat(host.calls).contains("release");
    }

    @Test
    void run_streamIsHeldBeforeTheExit_doesNotTimeOut() {
        host.output(Flux.never());
        Duration life = LIMIT.multipliedBy(1000);
        StepVerifier.withVirtualTime(() -> Mono.when(
                        host.command()
                                .withStdout(stream -> stream)
                                .withCopyAfterExitTimeout(LIMIT)
                                .run(),
                        Mono.delay(life).doOnNext(tick -> host.exits(WELL))))
                .expectSubscription()
                .expectNoEvent(life.plus(LIMIT).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectError(CommandException.class)
                .verify(TIMEOUT);
    }

    @Test
    void run_streamIsHeldAndTheTimeoutIsZero_waitsForEver() {
        host.output(Flux.never()).exits(WELL);
        StepVerifier.withVirtualTime(
                        () -> host.command().withStdout(stream -> stream).run())
                .expectSubscription()
                .expectNoEvent(Duration.ofDays(365))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void run_workThatNeverEnds_isCancelledByTheTimeout() {
        host.exits(WELL);
        TestPublisher<Void> work = TestPublisher.create();
        StepVerifier.withVirtualTime(() -> host.command()
                        .withStdout(stream -> work)
                        .withCopyAfterExitTimeout(LIMIT)
                        .run())
                .thenAwait(LIMIT)
                .expectErrorSatisfies(error -> find((CommandException) error, CopyTimeoutException.class))
                .verify(TIMEOUT);
        work.assertCancelled();
    }

    @Test
    void run_exitUnknown_isAFailureWithMinusOne() {
        host.exits(ExitStatus.unknown());
        CommandException failure = failureOf(host.command().run());
        assertThat(failure).hasMessage("command x: the exit status of process 7 cannot be told");
        assertThat(failure.exitState().exitCode()).isEqualTo(-1);
        assertThat(failure.find(ExitError.class)).isEmpty();
    }

    @Test
    void run_hostLosesTheProcess_isReportedWithItsCause() {
        IllegalStateException lost = new IllegalStateException("lost");
        host.isLost(lost);
        CommandException failure = failureOf(host.command().run());
        assertThat(find(failure, ExitUnknownException.class)).hasCause(lost);
        assertThat(find(failure, IllegalStateException.class)).isSameAs(lost);
    }

    @Test
    void run_ended_releasesTheProcess() {
        host.exits(WELL);
        assertThat(requireNonNull(host.command().run().block(TIMEOUT)).exitCode())
                .isZero();
        assertThat(host.calls).startsWith("start " + Pipes.none(), "release").doesNotContain("signal SIGKILL");
    }

    @Test
    void start_streamsThatAreWorkedWith_areWanted() {
        host.exits(WELL);
        host.command().withStderr(stream -> stream).run().block(TIMEOUT);
        assertThat(host.calls).startsWith("start " + new Pipes(false, false, true));
    }

    @Test
    void start_cancellationBefore_startsNothing() {
        assertThatThrownBy(() -> host.command()
                        .withCancellation(Mono.error(new IllegalStateException()))
                        .start()
                        .block(TIMEOUT))
                .hasMessage("command x was cancelled before its start");
        assertThat(host.calls).isEmpty();
    }

    @Test
    void start_cancellationMeanwhile_killsTheProcessOnceItIsThere() {
        TestPublisher<HostedProcess> start = TestPublisher.create();
        TestPublisher<Void> cancellation = TestPublisher.create();
        host.start(start.mono());
        StepVerifier.create(host.command().withCancellation(cancellation.mono()).run())
                .then(cancellation::complete)
                .then(() -> start.emit(host))
                .then(() -> assertThat(host.calls).containsExactly("start " + Pipes.none(), "signal SIGKILL"))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(host.calls).contains("release");
    }

    @Test
    void run_over_letsGoOfTheCancellation() {
        TestPublisher<Void> cancellation = TestPublisher.create();
        host.exits(WELL);
        host.command().withCancellation(cancellation.mono()).run().block(TIMEOUT);
        cancellation.assertCancelled();
    }

    @Test
    void run_over_hasLetGoOfTheSourceBefore() {
        TestPublisher<ByteBuf> source = TestPublisher.create();
        TestPublisher<Void> cancellation = TestPublisher.create();
        StepVerifier.create(host.command()
                        .withStdin(source)
                        .withCancellation(cancellation.mono())
                        .run())
                .then(() -> host.exits(WELL))
                .assertNext(state -> {
                    source.assertCancelled();
                    cancellation.assertCancelled();
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void run_cancellationYieldsWithoutAnEnd_counts() {
        assertThatThrownBy(() -> host.command()
                        .withCancellation(Mono.fromDirect(Flux.just(1).concatWith(Flux.never())))
                        .run()
                        .block(LIMIT))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void run_cancellationAfterTheExit_leavesTheCopyToItsTimeout() {
        host.output(Flux.never()).exits(WELL);
        TestPublisher<Void> cancellation = TestPublisher.create();
        StepVerifier.withVirtualTime(() -> host.command()
                        .withStdout(stream -> stream)
                        .withCancellation(cancellation.mono())
                        .withCopyAfterExitTimeout(LIMIT)
                        .run())
                .then(cancellation::complete)
                .expectNoEvent(LIMIT.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectErrorSatisfies(error -> assertThat(((CommandException) error).errors())
                        .hasOnlyElementsOfType(CopyTimeoutException.class))
                .verify(TIMEOUT);
    }

    @Test
    void run_releaseFails_tellsTheEndNevertheless() {
        host.exits(WELL).release(Mono.error(new IllegalStateException("it stays")));
        assertThat(requireNonNull(host.command().run().block(TIMEOUT)).exitCode())
                .isZero();
    }

    @Test
    void run_failsAndItsReleaseToo_tellsWhyItFailed() {
        host.exits(ExitStatus.exited(3)).release(Mono.error(new IllegalStateException("it stays")));
        assertThat(failureOf(host.command().run()).exitState().exitCode()).isEqualTo(3);
    }

    @Test
    void run_processThrows_isReleased() {
        host.isBroken();
        assertThatThrownBy(() -> host.command().run().block(TIMEOUT)).hasMessage("broken");
        assertThat(host.calls).contains("release");
    }

    @Test
    void run_endsAndIsKilledAndCancelledAtOnce_isReleasedAndKilledOnceAtMost() {
        for (int round = 0; round < ROUNDS; round++) {
            ScriptedHost raced = new ScriptedHost();
            Sinks.Empty<Void> cancellation = Sinks.empty();
            TestPublisher<ByteBuf> source = TestPublisher.create();
            Command command = raced.command().withStdin(source).withCancellation(cancellation.asMono());
            Disposable run = command.run().subscribe(state -> {}, error -> {});
            RaceTestUtils.race(() -> raced.exits(WELL), cancellation::tryEmitEmpty, run::dispose);
            source.assertCancelled();
            assertThat(cancellation.currentSubscriberCount()).isZero();
            assertThat(raced.calls).contains("release");
            assertThat(raced.calls.stream().filter("signal SIGKILL"::equals)).hasSizeLessThan(2);
        }
    }

    @Test
    void start_fails_letsGoOfTheCancellation() {
        TestPublisher<Void> cancellation = TestPublisher.create();
        host.start(Mono.error(new IllegalStateException("no")));
        assertThatThrownBy(() -> host.command()
                        .withCancellation(cancellation.mono())
                        .start()
                        .block(TIMEOUT))
                .hasMessage("no");
        cancellation.assertCancelled();
    }

    @Test
    void run_inputIsClosedWithBytesLeft_isReported() {
        host.exits(WELL);
        CommandException failure =
                failureOf(host.command().withStdin(bytes("x")).run());
        find(failure, StdinClosedException.class);
    }

    @Test
    void run_inputIsClosedAndTheSourceHadNothing_isNoFailure() {
        host.exits(WELL);
        host.command().withStdin(Flux.empty()).run().block(TIMEOUT);
    }

    @Test
    void run_inputWasClosedAndTheSourceHasBytes_isReported() {
        host.closesInput().exits(WELL);
        CommandException failure =
                failureOf(host.command().withStdin(bytes("x")).run());
        find(failure, StdinClosedException.class);
    }

    @Test
    void run_inputWasClosedAndTheSourceHasNoBytes_isNoFailure() {
        host.closesInput().exits(WELL);
        host.command().withStdin(bytes("")).run().block(TIMEOUT);
    }

    @Test
    void run_sourceFailsAndTheProcessEndsByThat_isReported() {
        host.endsWithItsInput();
        TestPublisher<ByteBuf> source = TestPublisher.create();
        StepVerifier.create(host.command().withStdin(source).run())
                .then(() -> source.error(new IllegalStateException("no more")))
                .expectErrorMessage("command x: no more")
                .verify(TIMEOUT);
    }

    @Test
    void run_logged_notesTheEndOfEachCopy() {
        host.output(bytes("four")).exits(WELL);
        Command command = host.command().withLog(log).withStdout(stream -> stream);
        failureOf(command.withStdin(bytes("x")).run());
        assertThat(notes).extracting(SubstituteLoggingEvent::getLevel).containsExactly(Level.ERROR, Level.DEBUG);
        assertThat(notes)
                .extracting(SubstituteLoggingEvent::getMessage)
                .containsExactly(
                        "file=stdin bytes=1 Cmd IO relay complete", "file=stdout bytes=4 Cmd IO relay complete");
    }

    @Test
    void output_moreThanIsKept_saysSo() {
        Flux<ByteBuf> output = Flux.range(0, 17).map(number -> Unpooled.wrappedBuffer(new byte[1 << 20]));
        host.output(output).exits(WELL);
        CommandOutput kept = requireNonNull(host.command().output().block(TIMEOUT));
        assertThat(kept.bytes()).hasSize(Command.MAX_OUTPUT_BYTES);
        assertThat(kept.isTruncated()).isTrue();
    }

    @Test
    void withCopyAfterExitTimeout_negative_isRefused() {
        assertThatThrownBy(() -> host.command().withCopyAfterExitTimeout(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was PT-0.001S");
    }
}
