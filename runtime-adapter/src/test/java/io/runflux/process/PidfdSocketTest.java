// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.QUIET;
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
import reactor.test.StepVerifier;

/** Processes whose pidfd comes over a socket. */
class PidfdSocketTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Libc libc = NativeSupport.libc();
    private final HandingOver handingOver = new HandingOver();
    private final ProcessLauncher launcher =
            ProcessLauncher.builder().kind(ProcessLauncherBuilder.Kind.NATIVE).build();

    /** Whose children are nothing that the launcher under test knows. */
    private final ProcessLauncher other =
            ProcessLauncher.builder().kind(ProcessLauncherBuilder.Kind.NATIVE).build();

    @AfterEach
    void dispose() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
        other.disposeLater(Duration.ZERO).block(LIMIT);
        handingOver.close();
    }

    @Test
    void process_ofAnother_isWatchedAndSignalledThroughThePidfd() {
        RunningProcess process = sleeper(other);
        WatchedProcess watched = receive(libc.pidfdOpen(process.pid()));

        assertThat(watched.pid()).isEqualTo(process.pid());
        StepVerifier.create(watched.exit().then())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(() -> watched.signal(Signal.TERM).block(LIMIT))
                .expectComplete()
                .verify(LIMIT);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(exitOf(watched)).isIn(ExitStatus.signaled(Signal.TERM), ExitStatus.unknown());
        assertThatThrownBy(() -> watched.signal(Signal.TERM).block(LIMIT))
                .isInstanceOf(ProcessAlreadyExitedException.class);
    }

    @Test
    void process_ofThisLauncher_keepsItsStatusForItsOwner() {
        RunningProcess process = sleeper(launcher);
        WatchedProcess watched = receive(libc.pidfdOpen(process.pid()));

        watched.release().block(LIMIT);
        process.signal(Signal.TERM).block(LIMIT);

        assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(exitOf(watched)).isEqualTo(ExitStatus.signaled(Signal.TERM));
    }

    /** A shell may reap a child that ends before it has become a program that does not, so the child waits for that. */
    @Test
    void process_endedAndNotReaped_completesWhenItsParentIsGone() {
        RunningProcess parent = LauncherFixture.await(other.launch(
                sh("sh -c 'until grep -q ^sleep /proc/$1/comm; do :; done' child $$ & echo $!; exec sleep 1000")
                        .stdout(Stdio.pipe())
                        .build()));
        int pid = Integer.parseInt(
                Objects.requireNonNull(parent.stdout().asString().blockFirst(LIMIT))
                        .strip());
        int pidfd = libc.pidfdOpen(pid);
        LauncherFixture.awaitUntil("the child is a zombie", () -> isZombie(pid));

        WatchedProcess watched = receive(pidfd);
        assertThat(watched.pid()).isEqualTo(pid);
        parent.kill().block(LIMIT);

        assertThat(exitOf(watched)).isIn(ExitStatus.exited(0), ExitStatus.unknown());
    }

    @Test
    void process_reaped_fails() {
        RunningProcess process = sleeper(other);
        int pidfd = libc.pidfdOpen(process.pid());
        process.kill().block(LIMIT);

        assertThatThrownBy(() -> receive(pidfd))
                .isInstanceOf(ProcessAlreadyExitedException.class)
                .hasMessageContaining("received on");
    }

    @Test
    void process_descriptorOfAFile_isRefused() {
        int file = libc.open(Linux.cString("/dev/null"), Linux.O_RDWR | Linux.O_CLOEXEC, 0);

        assertThatThrownBy(() -> receive(file))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("not a pidfd");
    }

    @Test
    void release_processCameAndWasNotTaken_leavesItRunning() {
        PidfdSocket socket = listen();
        RunningProcess process = sleeper(other);
        handingOver.send(socket.path(), libc.pidfdOpen(process.pid()));
        LauncherFixture.awaitUntil("it came", () -> !Files.exists(socket.path()));

        socket.release().block(LIMIT);

        StepVerifier.create(process.exit())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(LIMIT);
    }

    private static boolean isZombie(int pid) {
        try {
            return Files.readString(Path.of("/proc", Integer.toString(pid), "stat"))
                    .contains(") Z ");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static RunningProcess sleeper(ProcessLauncher launcher) {
        return LauncherFixture.await(launcher.launch(LauncherFixture.sleeper()));
    }

    private PidfdSocket listen() {
        return Objects.requireNonNull(launcher.listenForProcess().block(LIMIT));
    }

    private WatchedProcess receive(int pidfd) {
        PidfdSocket socket = listen();
        handingOver.send(socket.path(), pidfd);
        return Objects.requireNonNull(socket.process().block(LIMIT));
    }
}
