// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessStartException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

/** What the kernel may refuse, refused; that nothing is left behind is the leak guard's to say. */
class NativeFaultTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final FaultyLibc faulty = new FaultyLibc();
    private final ProcessLauncher launcher =
            new NativeProcessLauncher(ProcessLauncher.builder().postKillTimeout(Duration.ofSeconds(10)), faulty.libc());
    private final ProcessSpec sleep = ProcessSpec.program(Path.of("/bin/sleep"))
            .arguments("60")
            .stdin(Stdio.pipe())
            .stdout(Stdio.pipe())
            .stderr(Stdio.pipe())
            .build();

    @AfterEach
    void dispose() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
    }

    @ParameterizedTest
    @CsvSource({
        "pipe2, -24, TOO_MANY_DESCRIPTORS",
        "open, -23, TOO_MANY_DESCRIPTORS",
        "fcntl, -24, TOO_MANY_DESCRIPTORS",
        "pidfdOpen, -24, TOO_MANY_DESCRIPTORS",
        "posixSpawn, 11, TOO_MANY_PROCESSES",
        "posixSpawn, 26, PROGRAM_BUSY",
        "posixSpawn, 7, ARGUMENTS_TOO_LARGE",
        "posixSpawn, 12, OTHER",
        "fileActionsAddDup2, -12, OTHER",
        "fileActionsAddCloseFrom, -12, OTHER",
    })
    void launch_kernelRefuses_failsWithReasonAndLeavesNothing(String function, int result, Reason reason) {
        faulty.fail(function, result);
        ProcessSpec spec = function.equals("open")
                ? sleep.toBuilder().stdin(Stdio.nullDevice()).build()
                : sleep;

        assertThatThrownBy(() -> launcher.launch(spec).block(LIMIT))
                .isInstanceOfSatisfying(
                        ProcessStartException.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(children()).isZero();
    }

    /** A launch may be stuck on a hung file system; its child must not get whatever has the number by then. */
    @Test
    void dispose_aLaunchIsStuck_keepsTheNullDeviceUntilItIsNot() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch hung = new CountDownLatch(1);
        AtomicInteger nullDevice = new AtomicInteger(-1);
        faulty.fail(
                "fileActionsAddDup2",
                arguments -> {
                    nullDevice.set((int) arguments[1]);
                    stuck.countDown();
                    await(hung);
                    return false;
                },
                0);
        ProcessLauncher launcher = new NativeProcessLauncher(
                ProcessLauncher.builder().postKillTimeout(Duration.ofMillis(1)), faulty.libc());
        CompletableFuture<RunningProcess> launch = launcher.launch(
                        ProcessSpec.program(Path.of("/bin/true")).build())
                .toFuture();
        stuck.await();

        assertThatThrownBy(() -> launcher.disposeLater(Duration.ZERO).block(LIMIT))
                .hasMessageContaining("blocked in the kernel");
        assertThat(faulty.libc().fcntl(nullDevice.get(), Linux.F_SETFL, 0)).isZero();

        hung.countDown();
        assertThatThrownBy(() -> launch.get(10, TimeUnit.SECONDS)).hasMessageContaining("disposed");
        assertThat(faulty.libc().fcntl(nullDevice.get(), Linux.F_SETFL, 0)).isEqualTo(-9);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void kill_processDoesNotEnd_saysSoAfterThePostKillTimeout() {
        RunningProcess process = Objects.requireNonNull(launcher.launch(sleep).block(LIMIT));
        faulty.fail("pidfdSendSignal", 0);

        StepVerifier.withVirtualTime(process::kill)
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(10).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(ReapTimeoutException.class)
                        .hasMessage("failed to reap process within 10s of the kill signal"))
                .verify(LIMIT);

        faulty.heal("pidfdSendSignal");
        assertThat(process.kill().block(LIMIT)).isEqualTo(ExitStatus.fromShellCode(137));
        process.release().block(LIMIT);
    }

    @Test
    void exit_statusTakenBySomebodyElse_isUnknownAndNotSuccess() {
        faulty.fail("wait4", -10);
        faulty.fail("ioctl", -25);
        RunningProcess process = Objects.requireNonNull(
                launcher.launch(ProcessSpec.program(Path.of("/bin/true")).build())
                        .block(LIMIT));

        assertThat(process.exit().block(LIMIT)).isEqualTo(ExitStatus.unknown());

        faulty.heal("wait4");
        Reaping.killNow(faulty.libc(), process.pid());
    }

    @Test
    void watch_ofAnOwnChild_leavesItsStatusToItsOwner() {
        faulty.fail("ioctl", -25);
        RunningProcess process = Objects.requireNonNull(launcher.launch(sleep).block(LIMIT));
        WatchedProcess watch =
                Objects.requireNonNull(launcher.watch(process.pid()).block(LIMIT));

        process.signal(Signal.TERM).block(LIMIT);

        assertThat(watch.exit().block(LIMIT)).isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(process.exit().block(LIMIT)).isEqualTo(ExitStatus.signaled(Signal.TERM));
        process.release().block(LIMIT);
    }

    @Test
    void watch_ofAChildOfTheJdk_leavesItsStatusToTheJdk() throws Exception {
        faulty.fail("ioctl", -25);
        for (int i = 0; i < 20; i++) {
            Process process = new ProcessBuilder("/bin/sh", "-c", "read x; exit 7").start();
            WatchedProcess watch =
                    Objects.requireNonNull(launcher.watch((int) process.pid()).block(LIMIT));

            process.getOutputStream().close();

            assertThat(watch.exit().block(LIMIT)).isEqualTo(ExitStatus.unknown());
            assertThat(process.waitFor()).isEqualTo(7);
        }
    }

    @Test
    void watch_afterDisposal_isRefused() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);

        assertThatThrownBy(() -> launcher.watch(1).block(LIMIT)).hasMessageContaining("disposed");
    }

    @Test
    void loopEnds_childIsKilledAndReapedAndItsOutputEnds() {
        LoopResources loops = LoopResources.create("doomed", 1, true);
        ProcessLauncher doomed =
                new NativeProcessLauncher(ProcessLauncher.builder().loopResources(loops), faulty.libc());
        RunningProcess process = Objects.requireNonNull(doomed.launch(sleep).block(LIMIT));

        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(LIMIT);

        assertThat(process.exit().block(LIMIT)).isEqualTo(ExitStatus.unknown());
        process.stdout().then().onErrorComplete(ProcessException.class).block(LIMIT);
        assertThatThrownBy(() -> doomed.launch(sleep).block(LIMIT)).hasMessageContaining("loop has ended");
        doomed.disposeLater(Duration.ZERO).block(LIMIT);
    }

    @Test
    void launch_moreWaitThanAdmitted_failsTheOneTooMany() {
        ProcessLauncher small = ProcessLauncher.builder()
                .kind(ProcessLauncherBuilder.Kind.NATIVE)
                .spawnerThreads(1)
                .maxWaitingLaunches(1)
                .build();
        Mono<Long> refused = Flux.range(0, 64)
                .flatMap(
                        i -> small.using(
                                        ProcessSpec.program(Path.of("/bin/true"))
                                                .build(),
                                        RunningProcess::exit)
                                .then(Mono.just(Reason.OTHER))
                                .onErrorResume(ProcessStartException.class, e -> Mono.just(e.reason())),
                        64)
                .filter(Reason.TOO_MANY_LAUNCHES::equals)
                .count();

        assertThat(refused.block(LIMIT)).isBetween(1L, 63L);
        small.disposeLater(Duration.ZERO).block(LIMIT);
    }

    private static long children() {
        return ProcessHandle.current().children().count();
    }
}
