// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.hooks.HookException.Reason;
import io.runflux.oci.Hook;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessLauncherBuilder.Kind;
import io.runflux.process.ProcessStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** How hooks start and end by themselves. */
class HookRunnerTest extends HookFixture {
    @TempDir
    Path directory;

    @Test
    void run_exitsWithZero_isSuccess() {
        HookResult result = run(sh("exit 0"));
        assertThat(result.isSuccess()).isTrue();
        assertThat(result.hookError()).isNull();
        assertThat(result.error()).isNull();
        assertThat(result.status()).isEqualTo(ExitStatus.exited(0));
        assertThat(result.duration()).isPositive();
    }

    @Test
    void run_exitsWithSeven_failsWithOneErrorThatNamesTheArguments() {
        HookResult result = run(sh("exit 7"));
        assertThat(result.isSuccess()).isFalse();
        assertThat(result.status()).isEqualTo(ExitStatus.exited(7));
        assertThat(result.hookError())
                .hasMessage("executing [sh -c exit 7]: exit status 7")
                .hasNoCause()
                .isSameAs(result.error());
        assertThat(errorOf(result).reason()).isEqualTo(Reason.FAILED);
    }

    @Test
    void run_failsWithSecretsInItsArguments_leavesThemOut() {
        Hook hook = withEnv(
                hook("/bin/sh", "sh", "-c", "exit 7", "x", "--token", "hunter2", "--env=A=hunter2"), "B=hunter2");
        assertThat(errorOf(run(hook, "hunter2".getBytes(UTF_8), HookOptions.defaults())))
                .hasMessage("executing [sh -c exit 7 x --token [redacted] --env=[redacted]]: exit status 7");
    }

    @Test
    void run_failsWithoutArguments_namesThePath() throws IOException {
        Path script = script(directory.resolve("hook"), "exit 9");
        assertThat(errorOf(run(hook(script.toString())))).hasMessage("executing [" + script + "]: exit status 9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "SEGV", "ABRT"})
    void run_killedByASignal_failsWithItsName(String name) {
        Signal signal = Signal.parse(name);
        String script = "ulimit -c 0; kill -" + signal.number() + " $$";
        HookResult result = run(sh(script));
        assertThat(errorOf(result)).hasMessageStartingWith("executing [sh -c " + script + "]: signal " + signal);
        assertThat(result.hookError()).isSameAs(result.error());
        assertThat(result.status())
                .isInstanceOfSatisfying(ExitStatus.Signaled.class, status -> assertThat(status.signal())
                        .isEqualTo(signal));
    }

    @Test
    void run_programMissing_isNotStarted() {
        assertNotStarted(
                hook("/does/not/exist"),
                ProcessStartException.Reason.PROGRAM_NOT_FOUND,
                "cannot start /does/not/exist: no such file or directory");
    }

    @Test
    void run_programIsADirectory_isNotStarted() {
        assertNotStarted(
                hook(directory.toString()),
                ProcessStartException.Reason.NOT_EXECUTABLE,
                "cannot start " + directory + ": is a directory");
    }

    @Test
    void run_programNotExecutable_isNotStarted() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "#!/bin/sh\n");
        assertNotStarted(
                hook(file.toString()),
                ProcessStartException.Reason.NOT_EXECUTABLE,
                "cannot start " + file + ": permission denied");
    }

    @Test
    void run_pathEmpty_isNotStarted() {
        assertNotStarted(run(hook("", "sh")), "a hook must have a path, was ''");
    }

    @Test
    void run_pathRelative_isNotSearchedFor() {
        HookOptions options = HookOptions.defaults().withWorkingDirectory(directory);
        assertNotStarted(
                run(hook("sh", "sh", "-c", "exit 0"), options),
                "cannot start " + directory.resolve("sh") + ": no such file or directory");
        Path here = Path.of("no-such-hook").toAbsolutePath();
        assertNotStarted(run(hook("no-such-hook")), "cannot start " + here + ": no such file or directory");
    }

    @Test
    void run_pathRelative_startsAtTheWorkingDirectory() throws IOException {
        Files.createDirectory(directory.resolve("bin"));
        script(directory.resolve("bin/hook"), "pwd > where");
        HookOptions options = HookOptions.defaults().withWorkingDirectory(directory);
        assertThat(run(hook("bin/hook"), options).error()).isNull();
        assertThat(directory.resolve("where")).hasContent(directory.toString());
    }

    @Test
    void run_workingDirectoryMissing_isNotStarted() {
        Path missing = directory.resolve("missing");
        HookResult result = run(sh("exit 0"), HookOptions.defaults().withWorkingDirectory(missing));
        assertNotStarted(result, "cannot start /bin/sh in " + missing + ": no such file or directory");
    }

    @Test
    void run_nulInAnArgument_isNotStartedAndNotQuoted() {
        assertNotStarted(run(hook("/bin/sh", "sh", "hunter2\0")), "argument 1 must not contain a NUL byte");
        assertNotStarted(run(hook("/bin/sh", "hunter2\0")), "argv[0] must not contain a NUL byte");
    }

    @Test
    void run_pathWithNul_isNotStarted() {
        HookResult result = run(hook("/bin/sh\0"));
        assertThat(errorOf(result).reason()).isEqualTo(Reason.NOT_STARTED);
    }

    @Test
    void run_variableWithoutValueOrName_isNotStartedAndNotQuoted() {
        assertNotStarted(
                run(withEnv(sh("exit 0"), "A=1", "hunter2")), "env[1] of hook /bin/sh must have the form NAME=value");
        assertNotStarted(
                run(withEnv(sh("exit 0"), "=hunter2")), "env[0] of hook /bin/sh must have the form NAME=value");
    }

    @Test
    void run_argumentZeroDiffers_isGivenAsItIs() {
        assertThat(output(hook("/bin/sh", "other", "-c", "echo \"$0\""), NO_STATE))
                .isEqualTo("other\n");
    }

    @Test
    void run_noArguments_givesThePath() throws IOException {
        Path script = script(directory.resolve("hook"), "echo $# \"$0\"");
        assertThat(output(hook(script.toString()), NO_STATE)).isEqualTo("0 " + script + "\n");
    }

    @Test
    void run_noEnvironment_inheritsNothing() {
        assertThat(output(hook("/usr/bin/env"), NO_STATE)).isEmpty();
    }

    @Test
    void run_environment_keepsValuesAndTheLastOfEqualNames() {
        Hook hook = withEnv(hook("/usr/bin/env"), "A=1", "B=x=y", "EMPTY=", "A=2");
        assertThat(output(hook, NO_STATE).lines()).containsExactlyInAnyOrder("A=2", "B=x=y", "EMPTY=");
    }

    @Test
    void run_notSubscribed_startsNothingAndThenEachTimeAnew() {
        Path file = directory.resolve("file");
        Mono<HookResult> run = runner.run(sh("echo x >> " + file), NO_STATE, HookOptions.defaults());
        assertThat(file).doesNotExist();
        run.then(run).block(TIMEOUT);
        assertThat(file).hasContent("x\nx\n");
    }

    @Test
    void run_launcherDisposedOf_isNotStarted() {
        disposeOfLauncher();
        HookResult result = run(sh("exit 0"));
        assertThat(errorOf(result).reason()).isEqualTo(Reason.NOT_STARTED);
    }

    @Test
    void run_launcherOfTheJdk_runsWhatItCanAndRefusesTheRest() {
        ProcessLauncher jdk = ProcessLauncher.builder().kind(Kind.JDK).build();
        HookRunner other = HookRunner.of(jdk);
        StringBuilder text = new StringBuilder();
        HookOptions options = HookOptions.defaults().withStdout(into(text));
        Hook hook = hook("/bin/sh", "/bin/sh", "-c", "cat; exit 7");
        HookResult result = Objects.requireNonNull(
                other.run(hook, "state".getBytes(UTF_8), options).block(TIMEOUT));
        HookResult refused = Objects.requireNonNull(
                other.run(hook, NO_STATE, options.withKillsGroup(true)).block(TIMEOUT));
        jdk.disposeLater(Duration.ZERO).block(TIMEOUT);

        assertThat(errorOf(result)).hasMessageEndingWith("exit status 7");
        assertThat(text).hasToString("state");
        assertThat(errorOf(refused)).hasMessageContaining("process group");
        assertThat(errorOf(refused).reason()).isEqualTo(Reason.NOT_STARTED);
    }

    @Test
    void options_nonsense_isRefusedInWords() {
        HookOptions options = HookOptions.defaults();
        assertThatThrownBy(() -> options.withWorkingDirectory(Path.of("relative")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'relative'");
        assertThatThrownBy(() -> options.withTimeout(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
        assertThatThrownBy(() -> options.withPostKillTimeout(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
    }

    private void assertNotStarted(Hook hook, ProcessStartException.Reason why, String message) {
        HookResult result = run(hook);
        assertNotStarted(result, message);
        assertThat(result.error()).cause().isInstanceOfSatisfying(ProcessStartException.class, cause -> assertThat(
                        cause.reason())
                .isEqualTo(why));
    }

    private static void assertNotStarted(HookResult result, String message) {
        assertThat(result.error()).hasMessage(message).isSameAs(result.hookError());
        assertThat(errorOf(result).reason()).isEqualTo(Reason.NOT_STARTED);
        assertThat(result.status()).isNull();
    }
}
