// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import static io.runflux.host.CommandFixture.TIMEOUT;
import static io.runflux.host.CommandFixture.await;
import static io.runflux.host.CommandFixture.awaitUntil;
import static io.runflux.host.CommandFixture.bytes;
import static io.runflux.host.CommandFixture.failureOf;
import static io.runflux.host.CommandFixture.find;
import static io.runflux.host.CommandFixture.fourMebibytes;
import static io.runflux.host.CommandFixture.outputOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.StdinClosedException;
import io.runflux.process.TerminalSize;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What commands do alike on every host. */
interface CommandContract {
    ProcessHost host();

    /** Ends what a test has left behind on purpose, by the number that its host gave it. */
    void end(int pid);

    /** Whether somebody runs that has this word among its arguments. */
    boolean isRunning(String word);

    /** Whether a process that closes its input is the last to hold that pipe; a sandbox goes on holding it. */
    default boolean closesItsInput() {
        return true;
    }

    /** Whether a terminal has its size before the process starts, and not a moment later. */
    default boolean sizesTerminalsAtOnce() {
        return true;
    }

    default Command sh(String script) {
        return Command.of(host(), "sh", "-c", script);
    }

    @Test
    default void run_exitsWithZero_tellsTheState() {
        assertThat(await(sh("exit 0").run())).isEqualTo(new ExitState(ExitStatus.exited(0)));
    }

    @Test
    default void run_exitsWithAnotherCode_failsWithIt() {
        CommandException failure = failureOf(sh("exit 64").run());

        assertThat(failure).hasMessage("command sh: process exited with exit code 64");
        assertThat(failure.exitState().exitCode()).isEqualTo(64);
        assertThat(find(failure, ExitError.class).state().status()).isEqualTo(ExitStatus.exited(64));
        assertThat(failure.output()).isNull();
    }

    @Test
    default void run_killedByASignal_failsWithItsNumber() {
        CommandException failure = failureOf(sh("kill -9 $$").run());

        assertThat(find(failure, ExitError.class)).hasMessage("process exited with exit code 137");
        assertThat(failure.exitState().status()).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    default void start_noSuchProgram_failsBeforeAnythingRuns() {
        assertThatThrownBy(() -> Command.of(host(), "no-such-program").run().block(TIMEOUT))
                .isNotInstanceOf(CommandException.class)
                .hasMessageContaining("no-such-program");
    }

    @Test
    default void output_written_isKept() {
        CommandOutput output = await(sh("echo hello; echo not this >&2").output());

        assertThat(output.text()).isEqualTo("hello\n");
        assertThat(output.isTruncated()).isFalse();
        assertThat(output.exitState().exitCode()).isZero();
    }

    @Test
    default void output_exitsWithAnotherCode_keepsWhatWasWritten() {
        CommandException failure = failureOf(sh("echo part; exit 3").output());

        assertThat(outputOf(failure)).isEqualTo("part\n");
        assertThat(failure.exitState().exitCode()).isEqualTo(3);
    }

    @Test
    default void output_defaults_areTheReferences() {
        Command command = sh("pwd; env | grep -v -e PWD -e SHLVL -e HOME -e '^_=' -e OLDPWD");

        assertThat(await(command.output()).text())
                .isEqualTo("/\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
    }

    @Test
    default void output_processOfOnesOwn_isWhatIsStarted() {
        Command command = sh("pwd; echo $A-$B");
        Command changed =
                command.withProcess(command.process().withCwd("/proc").withEnv(List.of("PATH=/bin", "A=", "B=b=c")));

        assertThat(await(changed.output()).text()).isEqualTo("/proc\n-b=c\n");
    }

    @Test
    default void run_twoStreams_areKeptApart() {
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();

        await(sh("echo out; echo err >&2")
                .withStdout(stream -> stream.asString().doOnNext(out::append))
                .withStderr(stream -> stream.asString().doOnNext(err::append))
                .run());

        assertThat(out).hasToString("out\n");
        assertThat(err).hasToString("err\n");
    }

    @Test
    default void output_source_arrivesWithItsEnd() {
        assertThat(await(Command.of(host(), "cat").withStdin(bytes("hello")).output())
                        .text())
                .isEqualTo("hello");
    }

    @Test
    default void run_sourceThatNeverYields_isNotWaitedFor() {
        AtomicInteger subscribers = new AtomicInteger();
        Flux<ByteBuf> source = Flux.<ByteBuf>never()
                .doOnSubscribe(subscription -> subscribers.incrementAndGet())
                .doOnCancel(subscribers::decrementAndGet);

        assertThat(await(sh("exit 0").withStdin(source).run()).exitCode()).isZero();
        assertThat(subscribers).hasValue(0);
    }

    @Test
    default void run_inputClosedEarly_isReportedBesideAGoodEnd() {
        assumeTrue(closesItsInput());
        CommandException failure =
                failureOf(sh("exec <&-; sleep 0.3").withStdin(fourMebibytes()).run());

        assertThat(find(failure, StdinClosedException.class)).isSameAs(failure.getCause());
        assertThat(failure.exitState().exitCode()).isZero();
    }

    @Test
    default void run_sourceFails_isReportedAndEndsTheInput() {
        Flux<ByteBuf> source = bytes("x").concatWith(Flux.error(new IllegalStateException("no more")));

        CommandException failure =
                failureOf(sh("cat > /dev/null").withStdin(source).run());

        assertThat(failure).hasMessage("command sh: no more");
    }

    @Test
    default void run_severalThingsGoWrong_allAreReportedInOrder() {
        assumeTrue(closesItsInput());
        Command command = sh("exec <&-; sleep 0.3; exit 3")
                .withStdin(fourMebibytes())
                .withStdout(stream -> Mono.error(new IllegalStateException("out")))
                .withStderr(stream -> Mono.error(new IllegalArgumentException("err")));

        CommandException failure = failureOf(command.run());

        assertThat(failure.errors())
                .extracting(Throwable::getClass)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .containsExactly(
                        IllegalStateException.class,
                        IllegalArgumentException.class,
                        StdinClosedException.class,
                        ExitError.class);
        assertThat(failure.getSuppressed()).hasSizeGreaterThanOrEqualTo(3);
        assertThat(failure).hasMessageStartingWith("command sh: out; err; ").hasMessageEndingWith("exit code 3");
    }

    @Test
    default void run_workFails_closesTheStream() {
        Command command = sh("while echo x; do :; done; exit 0")
                .withStdout(stream -> stream.map(buffer -> {
                    throw new IllegalStateException("full");
                }));

        CommandException failure = failureOf(command.run());

        assertThat(find(failure, IllegalStateException.class)).hasMessage("full");
    }

    @Test
    default void output_grandchildHoldsTheStream_timesOutWithWhatWasRead() {
        Command command = sh("sleep 1000 & echo $!").withCopyAfterExitTimeout(Duration.ofMillis(200));

        CommandException failure = failureOf(command.output());

        assertThat(failure).hasMessage("command sh: timed out waiting for stdio relay after 200ms");
        assertThat(find(failure, CopyTimeoutException.class).timeout()).isEqualTo(Duration.ofMillis(200));
        assertThat(failure.exitState().exitCode()).isZero();
        end(Integer.parseInt(outputOf(failure).strip()));
    }

    @Test
    default void output_grandchildHoldsTheStreamWithoutTimeout_isWaitedFor() {
        assertThat(await(sh("(sleep 0.3; echo late) & echo early").output()).text())
                .isEqualTo("early\nlate\n");
    }

    @Test
    default void run_cancellationBefore_startsNothing() {
        Command command = sh("exit 0").withCancellation(Mono.empty());

        assertThatThrownBy(() -> command.run().block(TIMEOUT))
                .isInstanceOf(CancellationException.class)
                .hasMessage("command sh was cancelled before its start");
    }

    @Test
    default void output_cancellationLater_isAnExitAndNoCancellation() {
        Sinks.Empty<Void> cancellation = Sinks.empty();
        Command command = sh("echo ready; exec sleep 1000")
                .withStdout(stream -> stream.doOnNext(buffer -> cancellation.tryEmitEmpty()))
                .withCancellation(cancellation.asMono());

        CommandException failure = failureOf(command.run());

        assertThat(failure.errors()).hasSize(1);
        assertThat(find(failure, ExitError.class)).hasMessage("process exited with exit code 137");
    }

    @Test
    default void run_subscriptionCancelled_endsTheProcess() {
        Sinks.Empty<Void> ready = Sinks.empty();
        Disposable run = sh("echo ready; sleep 7771; exit 0")
                .withStdout(stream -> stream.doOnNext(buffer -> ready.tryEmitEmpty()))
                .run()
                .subscribe();
        ready.asMono().block(TIMEOUT);
        assertThat(isRunning("sleep 7771; exit 0")).isTrue();

        run.dispose();

        awaitUntil("it has ended", () -> !isRunning("sleep 7771; exit 0"));
    }

    @Test
    default void release_running_endsItAndTheWait() {
        StartedCommand started = await(sh("exec sleep 1000").start());
        assertThat(started.exitState().exitCode()).isEqualTo(-1);

        started.release().block(TIMEOUT);
        started.release().block(TIMEOUT);

        assertThatThrownBy(() -> started.waitFor().block(TIMEOUT)).isInstanceOf(CancellationException.class);
    }

    @Test
    default void waitFor_second_isRefused() {
        StartedCommand started = await(sh("exit 0").start());
        assertThat(await(started.waitFor()).exitCode()).isZero();

        assertThatThrownBy(() -> started.waitFor().block(TIMEOUT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("command sh was waited for before");
        assertThat(started.exitState().exitCode()).isZero();
        started.release().block(TIMEOUT);
    }

    @Test
    default void kill_process_saysWhetherItWasDelivered() {
        StartedCommand started = await(sh("exec sleep 1000").start());

        assertThat(await(started.process().kill())).isTrue();
        assertThat(failureOf(started.waitFor()).exitState().exitCode()).isEqualTo(137);
        assertThat(await(started.process().kill())).isFalse();
    }

    @Test
    default void output_terminal_hasASizeAndNoStandardError() {
        assumeTrue(sizesTerminalsAtOnce());
        Command command = sh("stty size; echo err >&2");
        Command withTerminal = command.withProcess(command.process().withTerminal(true));

        assertThat(await(withTerminal.output()).text()).isEqualTo("24 80\r\nerr\r\n");
        assertThatThrownBy(() -> withTerminal.withStderr(stream -> stream).run().block(TIMEOUT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no standard error");
    }

    @Test
    default void resize_terminal_isSeenByTheProcess() {
        Command command = sh("read line; stty size");
        Sinks.Many<ByteBuf> keys = Sinks.many().unicast().onBackpressureBuffer();
        StringBuilder said = new StringBuilder();
        StartedCommand started = await(command.withProcess(command.process().withTerminal(true))
                .withStdin(keys.asFlux())
                .withStdout(stream -> stream.asString().doOnNext(said::append))
                .start());

        started.process().resize(new TerminalSize(30, 100)).block(TIMEOUT);
        keys.tryEmitNext(io.netty.buffer.Unpooled.wrappedBuffer(new byte[] {'\n'}));
        await(started.waitFor());

        assertThat(said.toString()).endsWith("30 100\r\n");
    }

    @Test
    default void attach_running_copiesItsStreams() {
        HostedProcess process = await(host().start(sh("cat; exit 5").process(), Pipes.all()));

        CommandException failure =
                failureOf(Command.attach(process).withStdin(bytes("hello")).output());

        assertThat(outputOf(failure)).isEqualTo("hello");
        assertThat(failure.exitState().exitCode()).isEqualTo(5);
    }

    @Test
    default void attach_cancelled_endsTheProcess() {
        HostedProcess process = await(host().start(sh("exec sleep 1000").process(), Pipes.none()));
        Command command = Command.attach(process).withCancellation(Mono.delay(Duration.ofMillis(50)));

        assertThat(failureOf(command.run()).exitState().exitCode()).isEqualTo(137);
    }
}
