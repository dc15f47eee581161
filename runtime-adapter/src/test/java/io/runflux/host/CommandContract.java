// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import static io.runflux.host.CommandFixture.TIMEOUT;
import static io.runflux.host.CommandFixture.await;
import static io.runflux.host.CommandFixture.bytes;
import static io.runflux.host.CommandFixture.failureOf;
import static io.runflux.host.CommandFixture.find;
import static io.runflux.host.CommandFixture.fourMebibytes;
import static io.runflux.host.CommandFixture.logTo;
import static io.runflux.host.CommandFixture.outputOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.OciProcess;
import io.runflux.process.StdinClosedException;
import io.runflux.process.TerminalSize;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What commands do alike on every host, and how they end by themselves. */
interface CommandContract extends HostContract {
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

    /** It ends when nobody reads it any more, which is when its input is known to be closed. */
    @Test
    default void run_inputClosedEarly_isReportedBesideAGoodEnd() {
        assumeTrue(closesItsInput(), "a sandbox reads the input of its processes itself");
        Sinks.Empty<Void> noticed = Sinks.empty();
        Command command = sh("trap '' PIPE; exec <&-; while echo x; do :; done 2> /dev/null; exit 0")
                .withStdin(fourMebibytes())
                .withStdout(stream -> stream.takeUntilOther(noticed.asMono()))
                .withLog(logTo(note -> noticed.tryEmitEmpty()));

        CommandException failure = failureOf(command.run());

        assertThat(find(failure, StdinClosedException.class)).isSameAs(failure.getCause());
        assertThat(failure.exitState().exitCode()).isZero();
    }

    /** By chance it is noticed before the exit. */
    @Test
    default void run_endsWithoutReading_isNoOtherFailureThanThat() {
        Mono<ExitState> run = sh("exit 0").withStdin(fourMebibytes()).run();

        ExitState state = await(run.onErrorResume(
                CommandException.class,
                failure -> failure.errors().stream().allMatch(StdinClosedException.class::isInstance)
                        ? Mono.just(failure.exitState())
                        : Mono.error(failure)));

        assertThat(state.exitCode()).isZero();
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
        Command command = sh("cat > /dev/null; sleep 2 & exit 3")
                .withStdin(Flux.error(new UnsupportedOperationException("in")))
                .withStdout(stream -> Mono.error(new IllegalStateException("out")))
                .withStderr(stream -> stream.then(Mono.error(new IllegalArgumentException("err"))))
                .withCopyAfterExitTimeout(Duration.ofMillis(20));

        CommandException failure = failureOf(command.run());

        assertThat(failure)
                .hasMessage("command sh: out; err; in; timed out waiting for stdio relay after 20ms; "
                        + "process exited with exit code 3");
        assertThat(failure.getSuppressed())
                .startsWith(failure.errors().stream().skip(1).toArray(Throwable[]::new));
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
    default void run_grandchildHoldsTheStream_timesOutWithWhatWasRead() {
        Sinks.Empty<ByteBuf> read = Sinks.empty();
        StringBuilder said = new StringBuilder();
        Command command = sh("sleep 1000 & echo $!; read x; exit 0")
                .withStdin(read.asMono())
                .withStdout(stream -> stream.asString().doOnNext(said::append).doOnNext(text -> read.tryEmitEmpty()))
                .withCopyAfterExitTimeout(Duration.ofMillis(50));

        CommandException failure = failureOf(command.run());

        assertThat(failure).hasMessage("command sh: timed out waiting for stdio relay after 50ms");
        assertThat(find(failure, CopyTimeoutException.class).timeout()).isEqualTo(Duration.ofMillis(50));
        assertThat(failure.exitState().exitCode()).isZero();
        end(Integer.parseInt(said.toString().strip()));
    }

    /** The grandchild says the last word when the process has ended, and not before. */
    @Test
    default void run_grandchildHoldsTheStreamWithoutTimeout_isWaitedFor() {
        Sinks.One<ByteBuf> source = Sinks.one();
        StringBuilder said = new StringBuilder();
        StartedCommand started = await(sh("exec 3<&0; (read x <&3; echo late) & echo early")
                .withStdin(source.asMono())
                .withStdout(stream -> stream.asString().doOnNext(said::append))
                .start());
        await(started.process().exit());

        source.tryEmitValue(Unpooled.wrappedBuffer(new byte[] {'\n'}));

        assertThat(await(started.waitFor()).exitCode()).isZero();
        assertThat(said).hasToString("early\nlate\n");
    }

    @Test
    default void output_terminal_hasASizeAndNoStandardError() {
        assumeTrue(sizesTerminalsAtOnce(), "a sandbox has no size for a terminal until it is resized");
        Command command = sh("stty size; echo err >&2");
        Command withTerminal = command.withProcess(command.process().withTerminal(true));

        assertThat(await(withTerminal.output()).text()).isEqualTo("24 80\r\nerr\r\n");
        assertThatThrownBy(() -> withTerminal.withStderr(stream -> stream).run().block(TIMEOUT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no standard error");
    }

    @Test
    default void output_terminalInADirectory_hasBoth() {
        Command command = sh("pwd; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo terminal");

        assertThat(await(command.withProcess(
                                        command.process().withTerminal(true).withCwd("/proc"))
                                .output())
                        .text())
                .isEqualTo("/proc\r\nterminal\r\n");
    }

    @Test
    default void run_withoutProgram_isRefused() {
        OciProcess nothing = OciProcess.of(List.of());

        assertThatThrownBy(() -> sh("exit 0").withProcess(nothing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("process.args must have a command, was empty");
        assertThatThrownBy(() -> host().start(nothing, Pipes.none()).block(TIMEOUT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("process.args must have a command, was empty");
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
        keys.tryEmitNext(Unpooled.wrappedBuffer(new byte[] {'\n'}));
        await(started.waitFor());

        assertThat(said.toString()).endsWith("30 100\r\n");
    }
}
