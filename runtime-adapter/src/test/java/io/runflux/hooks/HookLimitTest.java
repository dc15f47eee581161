// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.hooks.HookException.Reason;
import io.runflux.oci.Hook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** How hooks are ended early. */
class HookLimitTest extends HookFixture {
    private static final Hook SLEEPER = hook("/bin/sleep", "sleep", "1000");
    private static final ExitStatus KILLED = ExitStatus.signaled(Signal.KILL);
    private static final Duration SHORT = Duration.ofMillis(100);

    @TempDir
    Path directory;

    @Test
    void run_cancelledBefore_startsAndKillsTheHook() {
        HookResult result = run(SLEEPER, HookOptions.defaults().withCancelWhen(Mono.empty()));
        assertEndedEarly(result, Reason.CANCELLED, "hook /bin/sleep was killed: it was cancelled");
    }

    @Test
    void run_cancelledLater_killsTheHook() {
        Path pid = directory.resolve("pid");
        HookResult result = run(
                sh("echo $$ > " + pid + "; exec sleep 1000"),
                HookOptions.defaults().withCancelWhen(whenWritten(pid)));
        assertThat(hookErrorOf(result)).hasMessageEndingWith("exec sleep 1000]: signal SIGKILL");
        assertThat(errorOf(result).reason()).isEqualTo(Reason.CANCELLED);
        assertThat(isRunning(pidIn(pid))).isFalse();
    }

    @Test
    void run_callersLimit_killsTheHook() {
        HookResult result = run(SLEEPER, HookOptions.defaults().withTimeout(SHORT));
        assertEndedEarly(result, Reason.TIMED_OUT, "hook /bin/sleep was killed: it exceeded its time limit of 100ms");
        assertThat(result.duration()).isGreaterThanOrEqualTo(SHORT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void run_hooksLimitHasPassedAtOnce_startsAndKillsTheHook(int seconds) {
        HookResult result = run(withTimeout(SLEEPER, seconds));
        assertEndedEarly(
                result, Reason.TIMED_OUT, "hook /bin/sleep was killed: it exceeded its time limit of " + seconds + "s");
    }

    @Test
    void run_twoLimits_theLesserWins() {
        HookResult callers = run(withTimeout(SLEEPER, 1), HookOptions.defaults().withTimeout(SHORT));
        assertThat(errorOf(callers)).hasMessageEndingWith("time limit of 100ms");
        HookResult hooks = run(withTimeout(SLEEPER, 0), HookOptions.defaults().withTimeout(TIMEOUT));
        assertThat(errorOf(hooks)).hasMessageEndingWith("time limit of 0s");
    }

    @Test
    void run_hookEndsInTime_isNoError() {
        HookResult result =
                run(withTimeout(sh("exit 0"), 20), HookOptions.defaults().withTimeout(TIMEOUT));
        assertThat(result.error()).isNull();
    }

    /** The shell holds the pipe open, and writes into it until there is nobody any more who could read. */
    @Test
    void run_grandchildHoldsTheOutput_isGivenUpAndThePipeClosed() {
        Duration postKill = Duration.ofMillis(500);
        Path pid = directory.resolve("pid");
        Hook hook = sh("(while sleep 0.05; do echo x; done) & echo $! > " + pid + "; wait");
        StringBuilder text = new StringBuilder();
        HookOptions options = HookOptions.defaults()
                .withStdout(into(text))
                .withCancelWhen(whenWritten(pid))
                .withPostKillTimeout(postKill);
        HookResult result = run(hook, options);
        assertThat(hookErrorOf(result)).hasMessage("failed to reap process within 500ms of the kill signal");
        assertThat(hookErrorOf(result).reason()).isEqualTo(Reason.NOT_REAPED);
        assertThat(errorOf(result).reason()).isEqualTo(Reason.CANCELLED);
        assertThat(result.status()).isEqualTo(KILLED);
        assertThat(result.duration()).isBetween(postKill, TIMEOUT.dividedBy(2));
        awaitUntil("the grandchild has met a broken pipe", () -> !isRunning(pidIn(pid)));
    }

    @Test
    void run_grandchildWithOutputDiscarded_isNotWaitedFor() {
        Path pid = directory.resolve("pid");
        Hook hook = sh("/bin/sleep 1000 & echo $! > " + pid + "; wait");
        HookResult result = run(hook, HookOptions.defaults().withCancelWhen(whenWritten(pid)));
        assertThat(hookErrorOf(result)).hasMessageEndingWith("wait]: signal SIGKILL");
        assertThat(result.duration()).isLessThan(HookOptions.DEFAULT_POST_KILL_TIMEOUT);
        assertThat(isRunning(pidIn(pid))).isTrue();
        end(pidIn(pid));
    }

    @Test
    void run_killsGroup_killsTheGrandchildThatHoldsTheOutput() {
        Path pid = directory.resolve("pid");
        Hook hook = sh("/bin/sleep 1000 & echo $! > " + pid + "; wait");
        HookOptions options = HookOptions.defaults()
                .withStdout(HookOutput.into(stream -> stream))
                .withCancelWhen(whenWritten(pid))
                .withKillsGroup(true);
        HookResult result = run(hook, options);
        assertThat(hookErrorOf(result)).hasMessageEndingWith("wait]: signal SIGKILL");
        awaitUntil("the grandchild has ended", () -> !isRunning(pidIn(pid)));
    }

    @Test
    void run_killsGroupAndTheHookHasExited_killsTheGrandchildThatHoldsTheOutput() {
        assumeThat(canSignalGroupOfTheDead()).as("Linux 6.9 or later").isTrue();
        Path pid = directory.resolve("pid");
        Hook hook = sh("/bin/sleep 1000 & echo $! > " + pid);
        HookOptions options = HookOptions.defaults()
                .withStdout(HookOutput.into(stream -> stream))
                .withCancelWhen(whenWritten(pid).then(Mono.delay(SHORT)))
                .withKillsGroup(true);
        HookResult result = run(hook, options);
        assertThat(result.hookError()).isNull();
        assertThat(errorOf(result).reason()).isEqualTo(Reason.CANCELLED);
        awaitUntil("the grandchild has ended", () -> !isRunning(pidIn(pid)));
    }

    @Test
    void run_killsGroupAndTheHookEndsWell_leavesTheGrandchildAlone() {
        Path pid = directory.resolve("pid");
        HookResult result = run(
                sh("/bin/sleep 1000 & echo $! > " + pid), HookOptions.defaults().withKillsGroup(true));
        assertThat(result.error()).isNull();
        assertThat(isRunning(pidIn(pid))).isTrue();
        end(pidIn(pid));
    }

    @Test
    void run_subscriptionCancelled_killsAndReleasesTheHook() {
        Path pid = directory.resolve("pid");
        Sinks.Empty<Void> streamBegun = Sinks.empty();
        Sinks.Empty<Void> streamEnded = Sinks.empty();
        HookOutput output = HookOutput.into(stream ->
                stream.doOnSubscribe(begun -> streamBegun.tryEmitEmpty()).doFinally(end -> streamEnded.tryEmitEmpty()));
        Hook hook = sh("echo $$ > " + pid + "; exec sleep 1000");
        Disposable run = runner.run(
                        hook, "state".getBytes(UTF_8), HookOptions.defaults().withStdout(output))
                .subscribe();
        Mono.when(whenWritten(pid), streamBegun.asMono()).block(TIMEOUT);
        run.dispose();
        streamEnded.asMono().block(TIMEOUT);
        awaitUntil("the hook has ended", () -> !isRunning(pidIn(pid)));
        awaitUntil(
                "the hook is reaped",
                () -> ProcessHandle.current().children().findAny().isEmpty());
    }

    @Test
    void run_subscriptionCancelledAtAnyMoment_leavesNoProcess() {
        for (int i = 0; i < 50; i++) {
            Disposable run =
                    runner.run(SLEEPER, NO_STATE, HookOptions.defaults()).subscribe();
            LockSupport.parkNanos(40_000L * i);
            run.dispose();
        }
        awaitUntil(
                "no process is left",
                () -> ProcessHandle.current().children().findAny().isEmpty());
    }

    private static boolean canSignalGroupOfTheDead() {
        String[] version = System.getProperty("os.version").split("\\D+", 3);
        return Integer.parseInt(version[0]) * 100 + Integer.parseInt(version[1]) >= 609;
    }

    private static void assertEndedEarly(HookResult result, Reason reason, String message) {
        assertThat(result.error()).hasMessage(message).hasNoCause();
        assertThat(errorOf(result).reason()).isEqualTo(reason);
        assertThat(result.hookError()).hasMessage("executing [sleep 1000]: signal SIGKILL");
        assertThat(result.status()).isEqualTo(KILLED);
    }
}
