// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.awaitUntil;
import static io.runflux.process.LauncherFixture.exitOf;
import static io.runflux.process.LauncherFixture.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals to the group of a process that the launcher did not start, on kernels before and after Linux 6.9. */
class GroupSignalTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final FaultyLibc faulty = new FaultyLibc();
    private final ProcessLauncher watcher = new NativeProcessLauncher(ProcessLauncher.builder(), faulty.libc());
    private final ProcessLauncher launcher =
            ProcessLauncher.builder().kind(ProcessLauncherBuilder.Kind.NATIVE).build();

    @AfterEach
    void dispose() {
        watcher.disposeLater(Duration.ZERO).block(LIMIT);
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void signalGroup_ofALeader_reachesItsGrandchildren(boolean isOldKernel) {
        forgetTheFlag(isOldKernel);
        RunningProcess leader = launchLeader();
        int child = Integer.parseInt(
                Objects.requireNonNull(leader.stdout().asString().blockFirst(LIMIT))
                        .strip());

        watch(leader).signalGroup(Signal.TERM).block(LIMIT);

        assertThat(exitOf(leader)).isEqualTo(ExitStatus.signaled(Signal.TERM));
        awaitUntil("the child has ended", () -> hasEnded(child));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void signalGroup_ofNoLeader_isRefusedAndReachesNobody(boolean isOldKernel) {
        forgetTheFlag(isOldKernel);
        RunningProcess process = LauncherFixture.await(launcher.launch(LauncherFixture.sleeper()));
        WatchedProcess watched = watch(process);

        assertThatThrownBy(() -> watched.signalGroup(Signal.TERM).block(LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("process " + process.pid() + " leads no group");
        assertThat(isAlive(process.pid())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void signalGroup_afterTheExit_isRefused(boolean isOldKernel) {
        forgetTheFlag(isOldKernel);
        RunningProcess process = launchLeader();
        WatchedProcess watched = watch(process);
        process.kill().block(LIMIT);
        exitOf(watched);

        assertThatThrownBy(() -> watched.signalGroup(Signal.TERM).block(LIMIT))
                .isInstanceOf(ProcessAlreadyExitedException.class);
    }

    /** The leader is alone: an orphan that process 1 has not reaped yet would still be its group. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void signalGroup_goneBeforeTheLoopSawIt_isRefusedAndNoNumberIsSignalled(boolean isOldKernel) {
        forgetTheFlag(isOldKernel);
        RunningProcess process = LauncherFixture.await(launcher.launch(
                sh("exec sleep 1000").group(ProcessGroup.NEW_GROUP).build()));
        WatchedProcess watched = watch(process);
        process.kill().block(LIMIT);
        faulty.fail("kill", -Linux.EPERM);

        assertThatThrownBy(() -> watched.signalGroup(Signal.TERM).block(LIMIT))
                .isInstanceOf(ProcessAlreadyExitedException.class);
    }

    @Test
    void signalGroup_ofProcessOneOnAnOldKernel_neverReachesEverybody() {
        forgetTheFlag(true);
        faulty.fail("kill", 0);
        WatchedProcess first = LauncherFixture.await(watcher.watch(1));

        assertThatThrownBy(() -> first.signalGroup(Signal.CONT).block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("not permitted");
    }

    private void forgetTheFlag(boolean isOldKernel) {
        if (isOldKernel) {
            faulty.fail("pidfdSendSignal", arguments -> !arguments[2].equals(0), -Linux.EINVAL);
        }
    }

    private RunningProcess launchLeader() {
        return LauncherFixture.await(launcher.launch(sh("sleep 1000 & echo $!; wait")
                .group(ProcessGroup.NEW_GROUP)
                .stdout(Stdio.pipe())
                .build()));
    }

    private WatchedProcess watch(RunningProcess process) {
        return LauncherFixture.await(watcher.watch(process.pid()));
    }

    /** Process 1 takes its time to reap an orphan. */
    private static boolean hasEnded(int pid) {
        try {
            return Files.readString(Path.of("/proc", Integer.toString(pid), "stat"))
                    .contains(") Z ");
        } catch (IOException gone) {
            return true;
        }
    }

    private static boolean isAlive(int pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
