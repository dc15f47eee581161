// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.QUIET;
import static io.runflux.process.LauncherFixture.TIMEOUT;
import static io.runflux.process.LauncherFixture.awaitUntil;
import static io.runflux.process.LauncherFixture.exitOf;
import static io.runflux.process.LauncherFixture.program;
import static io.runflux.process.LauncherFixture.sh;
import static io.runflux.process.LauncherFixture.sleeper;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How processes end, and are ended. */
interface EndContract extends LauncherFixture {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 127, 128, 193, 255})
    default void exit_code_isDelivered(int code) {
        assertThat(exitOf(launch(sh("exit " + code)))).isEqualTo(ExitStatus.exited(code));
    }

    @Test
    default void exit_codeLikeASignal_isTheKernelsWordOrTheShells() {
        ExitStatus expected = tellsCodeFromSignal() ? ExitStatus.exited(143) : ExitStatus.signaled(Signal.TERM);
        assertThat(exitOf(launch(sh("exit 143")))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "INT", "USR1", "KILL", "TERM"})
    default void exit_signal_isDelivered(String name) {
        assertThat(exitOf(launch(sh("kill -" + name + " $$")))).isEqualTo(ExitStatus.signaled(Signal.parse(name)));
    }

    @Test
    default void exit_severalAndLateSubscribers_allGetTheStatus() {
        RunningProcess process = launch(sh("sleep 0.1; exit 9"));
        StepVerifier.create(Flux.merge(process.exit(), process.exit(), process.exit()))
                .expectNext(ExitStatus.exited(9), ExitStatus.exited(9), ExitStatus.exited(9))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.exited(9));
    }

    @Test
    default void exit_subscriptionCancelled_leavesTheProcessAlone() {
        RunningProcess process = launch(sleeper());
        StepVerifier.create(process.exit())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(isAlive(process)).isTrue();
    }

    @Test
    default void signal_term_endsTheProcess() {
        RunningProcess process = launch(sleeper());
        StepVerifier.create(process.signal(Signal.TERM)).expectComplete().verify(TIMEOUT);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(Signal.TERM));
    }

    @Test
    default void signal_term_losesNoOutput() {
        RunningProcess process = launch(sh("trap 'echo caught; exit 6' TERM; echo ready; while :; do sleep 0.05; done")
                .stdout(Stdio.pipe()));
        Mono<String> output = process.stdout()
                .asString()
                .concatMap(text ->
                        text.contains("ready") ? process.signal(Signal.TERM).thenReturn(text) : Mono.just(text))
                .reduce("", String::concat);
        assertThat(LauncherFixture.await(output)).isEqualTo("ready\ncaught\n");
        assertThat(exitOf(process)).isEqualTo(ExitStatus.exited(6));
    }

    @Test
    default void signal_anyOther_arrivesOrIsRefusedInWords() {
        RunningProcess process = launch(sleeper());
        Signal hangup = Signal.HUP;
        if (sendsAnySignal()) {
            StepVerifier.create(process.signal(hangup)).expectComplete().verify(TIMEOUT);
            assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(hangup));
        } else {
            StepVerifier.create(process.signal(hangup))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(ProcessException.class)
                            .hasMessageContaining("SIGHUP"))
                    .verify(TIMEOUT);
        }
    }

    @Test
    default void signal_afterTheExit_isRefused() {
        RunningProcess process = launch(program("/bin/true"));
        exitOf(process);
        StepVerifier.create(process.signal(Signal.TERM))
                .expectError(ProcessAlreadyExitedException.class)
                .verify(TIMEOUT);
    }

    @Test
    default void signalGroup_leadsNone_isRefused() {
        StepVerifier.create(launch(sleeper()).signalGroup(Signal.TERM))
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
    }

    @Test
    default void resize_noTerminal_isRefused() {
        StepVerifier.create(launch(sleeper()).resize(new TerminalSize(24, 80)))
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
    }

    @Test
    default void kill_running_deliversItsEnd() {
        assertThat(LauncherFixture.await(launch(sleeper()).kill())).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    default void kill_afterTheExit_deliversTheStatusFromBefore() {
        RunningProcess process = launch(sh("exit 8"));
        exitOf(process);
        assertThat(LauncherFixture.await(process.kill())).isEqualTo(ExitStatus.exited(8));
    }

    @Test
    default void release_running_killsAndMayBeRepeated() {
        RunningProcess process = launch(program("/bin/sleep", "1000")
                .stdin(Stdio.pipe())
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe()));
        for (int i = 0; i < 3; i++) {
            StepVerifier.create(process.release()).expectComplete().verify(TIMEOUT);
        }
        assertThat(isAlive(process)).isFalse();
        assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(Signal.KILL));
        StepVerifier.create(process.drained()).expectComplete().verify(TIMEOUT);
    }

    @Test
    default void release_noTimeAndTheProcessHasEnded_completes() {
        RunningProcess process = launch(program("/bin/true").stdout(Stdio.pipe()));
        exitOf(process);
        StepVerifier.create(process.release(Duration.ZERO)).expectComplete().verify(TIMEOUT);
        StepVerifier.create(process.drained()).expectComplete().verify(TIMEOUT);
    }

    /** Whether the end comes within no time at all is the kernel's to say, but the process is killed and let go of. */
    @Test
    default void release_noTimeAndTheProcessRuns_killsAndClosesWithoutWaiting() {
        RunningProcess process =
                launch(program("/bin/sleep", "1000").stdin(Stdio.pipe()).stdout(Stdio.pipe()));
        StepVerifier.create(process.release(Duration.ZERO)
                        .onErrorResume(ReapTimeoutException.class, EndContract::sayNoTime))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(Signal.KILL));
        StepVerifier.create(process.drained()).expectComplete().verify(TIMEOUT);
    }

    @Test
    default void release_someTime_waitsForTheEnd() {
        RunningProcess process = launch(sleeper());
        StepVerifier.create(process.release(TIMEOUT)).expectComplete().verify(TIMEOUT);
        assertThat(isAlive(process)).isFalse();
    }

    @Test
    default void release_negativeTime_isRefused() {
        RunningProcess process = launch(sleeper());
        assertThatThrownBy(() -> process.release(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
        assertThat(isAlive(process)).isTrue();
    }

    @Test
    default void using_workEnds_killsWhatStillRuns() {
        RunningProcess process =
                LauncherFixture.await(launcher().using(sleeper(), Mono::just).single());
        assertThat(isAlive(process)).isFalse();
    }

    @Test
    default void using_workFails_killsAndFailsTheSame() {
        AtomicReference<@Nullable RunningProcess> seen = new AtomicReference<>();
        Flux<Object> work = launcher().using(sleeper(), process -> {
            seen.set(process);
            return Mono.error(new ArithmeticException("broken"));
        });
        StepVerifier.create(work).expectErrorMessage("broken").verify(TIMEOUT);
        assertThat(isAlive(Objects.requireNonNull(seen.get()))).isFalse();
    }

    @Test
    default void using_cancelled_kills() {
        AtomicReference<@Nullable RunningProcess> seen = new AtomicReference<>();
        Disposable work = launcher()
                .using(sleeper(), process -> {
                    seen.set(process);
                    return Mono.never();
                })
                .subscribe();
        awaitUntil("the process runs", () -> seen.get() != null);
        work.dispose();
        assertThat(exitOf(Objects.requireNonNull(seen.get()))).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    default void watch_processOfAnother_completesAtItsEnd() {
        RunningProcess parent = launch(sh("sleep 1000 & echo $!; wait").stdout(Stdio.pipe()));
        int pid = firstNumber(parent);
        WatchedProcess watched = LauncherFixture.await(launcher().watch(pid));
        assertThat(watched.pid()).isEqualTo(pid);
        StepVerifier.create(watched.exit().then())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> watched.signal(Signal.KILL).block(TIMEOUT))
                .expectComplete()
                .verify(TIMEOUT);
        exitOf(parent);
        StepVerifier.create(watched.signal(Signal.TERM))
                .expectError(ProcessAlreadyExitedException.class)
                .verify(TIMEOUT);
    }

    @Test
    default void watch_released_leavesTheProcessAlone() {
        RunningProcess parent = launch(sh("sleep 1000 & echo $!; wait").stdout(Stdio.pipe()));
        WatchedProcess watched = LauncherFixture.await(launcher().watch(firstNumber(parent)));
        StepVerifier.create(watched.release()).expectComplete().verify(TIMEOUT);
        assertThat(exitOf(watched)).isEqualTo(ExitStatus.unknown());
        assertThat(isAlive(watched)).isTrue();
        ProcessHandle.of(watched.pid()).orElseThrow().destroyForcibly();
        exitOf(parent);
    }

    @Test
    default void watch_noSuchProcess_fails() {
        StepVerifier.create(launcher().watch(Integer.MAX_VALUE))
                .expectError(ProcessAlreadyExitedException.class)
                .verify(TIMEOUT);
    }

    private static Mono<Void> sayNoTime(ReapTimeoutException error) {
        assertThat(error).hasMessage("failed to reap process within 0s of the kill signal");
        return Mono.empty();
    }

    private static boolean isAlive(WatchedProcess process) {
        return ProcessHandle.of(process.pid()).map(ProcessHandle::isAlive).orElse(false);
    }

    /** The streams stay open, so that the process can still be killed by nothing but a signal. */
    private static int firstNumber(RunningProcess process) {
        StringBuilder line = new StringBuilder();
        process.stdout()
                .asString()
                .doOnNext(line::append)
                .takeUntil(text -> text.endsWith("\n"))
                .blockLast(TIMEOUT);
        return Integer.parseInt(line.toString().strip());
    }
}
