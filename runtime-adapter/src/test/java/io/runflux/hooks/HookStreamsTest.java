// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.hooks.HookException.Reason;
import io.runflux.oci.Hook;
import io.runflux.process.Stdio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What hooks read and write. */
class HookStreamsTest extends HookFixture {
    private static final int FOUR_MEBIBYTES = 4 << 20;

    @TempDir
    Path directory;

    @Test
    void run_state_arrivesWhole() {
        byte[] state = new byte[FOUR_MEBIBYTES + 1];
        new Random(4).nextBytes(state);
        CRC32 sum = new CRC32();
        HookOutput intoSum =
                HookOutput.into(stream -> stream.doOnNext((ByteBuf buffer) -> sum.update(buffer.nioBuffer())));
        HookResult result = run(hook("/bin/cat"), state, HookOptions.defaults().withStdout(intoSum));
        CRC32 expected = new CRC32();
        expected.update(state);
        assertThat(result.error()).isNull();
        assertThat(sum.getValue()).isEqualTo(expected.getValue());
    }

    @Test
    void run_noState_endsTheInputAtOnce() {
        assertThat(output(sh("wc -c | tr -d ' '"), NO_STATE)).isEqualTo("0\n");
    }

    @Test
    void run_stateIsNeverRead_isNoError() {
        HookResult result = run(hook("/bin/true"), new byte[FOUR_MEBIBYTES], HookOptions.defaults());
        assertThat(result.error()).isNull();
    }

    @Test
    void run_inputClosedEarly_failsAsTheHookDoes() {
        HookResult result = run(sh("exec <&-; sleep 0.05; exit 3"), new byte[FOUR_MEBIBYTES], HookOptions.defaults());
        assertThat(errorOf(result)).hasMessageEndingWith("exit status 3");
        assertThat(result.hookError()).isSameAs(result.error());
    }

    @Test
    void run_outputsDiscarded_leadToTheNullDevice() {
        Path file = directory.resolve("links");
        run(sh("a=$(readlink /proc/$$/fd/1); b=$(readlink /proc/$$/fd/2); echo $a $b > " + file));
        assertThat(file).hasContent("/dev/null /dev/null");
    }

    @Test
    void run_twoPipes_areKeptApart() {
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        HookOptions options = HookOptions.defaults().withStdout(into(out)).withStderr(into(err));
        assertThat(run(sh("echo out; echo err >&2"), options).error()).isNull();
        assertThat(out).hasToString("out\n");
        assertThat(err).hasToString("err\n");
    }

    @Test
    void run_outputsToFiles_areWrittenThere() {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        HookOptions options = HookOptions.defaults()
                .withStdout(HookOutput.to(Stdio.writeTo(out)))
                .withStderr(HookOutput.to(Stdio.appendTo(err)));
        run(sh("echo out; echo err >&2"), options);
        run(sh("echo out; echo err >&2"), options);
        assertThat(out).hasContent("out");
        assertThat(err).hasContent("err\nerr");
    }

    @Test
    void run_errorsToTheOutput_areInterleaved() {
        StringBuilder text = new StringBuilder();
        HookOptions options = HookOptions.defaults().withStdout(into(text)).withStderr(HookOutput.to(Stdio.toStdout()));
        run(sh("echo one; echo two >&2; echo three"), options);
        assertThat(text).hasToString("one\ntwo\nthree\n");
    }

    @Test
    void run_outputFileCannotBeOpened_isNotStarted() {
        HookOutput nowhere = HookOutput.to(Stdio.writeTo(directory.resolve("missing/file")));
        HookResult result = run(sh("exit 0"), HookOptions.defaults().withStdout(nowhere));
        assertThat(errorOf(result).reason()).isEqualTo(Reason.NOT_STARTED);
        assertThat(errorOf(result)).hasMessageContaining("missing/file");
    }

    @Test
    void output_pipeWithoutReader_isRefused() {
        assertThatThrownBy(() -> HookOutput.to(Stdio.pipe()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HookOutput.into");
    }

    @Test
    void run_consumerFailsAndTheHookEndsWell_failsWithTheConsumersError() {
        HookResult result = run(sh("echo x; exit 0"), HookOptions.defaults().withStdout(failing()));
        assertThat(result.error())
                .hasMessage("executing [sh -c echo x; exit 0]: disk full")
                .hasCauseInstanceOf(ArithmeticException.class)
                .isSameAs(result.hookError());
        assertThat(errorOf(result).reason()).isEqualTo(Reason.OUTPUT);
        assertThat(result.status()).isEqualTo(ExitStatus.exited(0));
    }

    @Test
    void run_consumerFailsAndTheHookToo_failsAsTheHook() {
        HookResult result = run(
                sh("echo x; exit 5"),
                HookOptions.defaults().withStderr(failing()).withStdout(failing()));
        assertThat(result.error())
                .hasMessage("executing [sh -c echo x; exit 5]: exit status 5")
                .hasNoCause()
                .isSameAs(result.hookError());
        assertThat(errorOf(result).reason()).isEqualTo(Reason.FAILED);
    }

    @Test
    void run_consumerFails_breaksThePipeOfTheHook() {
        HookResult result =
                run(hook("/bin/cat", "cat", "/dev/zero"), HookOptions.defaults().withStdout(failing()));
        assertThat(errorOf(result)).hasMessage("executing [cat /dev/zero]: signal SIGPIPE");
    }

    @Test
    void run_consumerFailsBeforeItReads_breaksThePipeOfTheHook() {
        HookOutput throwing = HookOutput.into(stream -> {
            throw new ArithmeticException("broken");
        });
        HookOutput refusing =
                HookOutput.into(stream -> Mono.error(new UncheckedIOException(new IOException("refused"))));
        for (HookOutput output : new HookOutput[] {throwing, refusing}) {
            HookResult result = run(
                    hook("/bin/cat", "cat", "/dev/zero"), HookOptions.defaults().withStdout(output));
            assertThat(errorOf(result)).hasMessage("executing [cat /dev/zero]: signal SIGPIPE");
        }
    }

    @Test
    void run_consumerFailsWithoutWords_namesTheError() {
        HookOutput mute = HookOutput.into(stream -> Mono.error(new ArithmeticException()));
        HookResult result = run(hook("/bin/true"), HookOptions.defaults().withStdout(mute));
        assertThat(errorOf(result)).hasMessage("executing [/bin/true]: java.lang.ArithmeticException");
    }

    @Test
    void run_consumerTakesLongerThanTheHook_isWaitedFor() {
        Duration wait = Duration.ofMillis(100);
        HookOutput slow = HookOutput.into(stream -> stream.then(Mono.delay(wait)));
        HookResult result = run(sh("echo x"), HookOptions.defaults().withStdout(slow));
        assertThat(result.error()).isNull();
        assertThat(result.duration()).isGreaterThanOrEqualTo(wait);
    }

    @Test
    void run_grandchildHoldsTheOutput_isWaitedFor() {
        Hook hook = sh("(sleep 0.2; echo late) & echo early");
        assertThat(output(hook, NO_STATE)).isEqualTo("early\nlate\n");
    }

    @Test
    void run_grandchildWithOutputDiscarded_isNotWaitedFor() {
        Path pid = directory.resolve("pid");
        HookResult result = run(sh("/bin/sleep 1000 & echo $! > " + pid));
        assertThat(result.error()).isNull();
        assertThat(isRunning(pidIn(pid))).isTrue();
        end(pidIn(pid));
    }

    private static HookOutput failing() {
        return HookOutput.into(stream -> stream.doOnNext((ByteBuf buffer) -> {
            throw new ArithmeticException("disk full");
        }));
    }
}
