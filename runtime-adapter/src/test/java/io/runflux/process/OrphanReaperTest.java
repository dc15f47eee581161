// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrphanReaperTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ProcessLauncher launcher = ProcessLauncher.builder()
            .kind(ProcessLauncherBuilder.Kind.NATIVE)
            .subreaper(true)
            .build();

    @AfterEach
    void dispose() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
    }

    @Test
    void orphan_thatNobodyWatches_isReaped() {
        int orphan = orphan("sleep 0.2");

        assertThat(parentOf(orphan)).isEqualTo(ProcessHandle.current().pid());
        assertThat(isGoneWithin(orphan, LIMIT)).isTrue();
    }

    @Test
    void orphan_thatIsWatched_tellsHowItEnded() {
        int orphan = orphan("sh -c 'sleep 0.5; exit 7'");

        WatchedProcess watched = Objects.requireNonNull(launcher.watch(orphan).block(LIMIT));

        assertThat(watched.exit().block(LIMIT)).isEqualTo(ExitStatus.exited(7));
    }

    @Test
    void childrenOfTheJdk_keepTheirStatuses() throws Exception {
        long end = System.nanoTime() + Duration.ofMillis(2500).toNanos();
        int code = 0;
        while (System.nanoTime() < end) {
            code = (code + 1) % 100;
            assertThat(new ProcessBuilder("/bin/sh", "-c", "exit " + code)
                            .start()
                            .waitFor())
                    .isEqualTo(code);
        }
    }

    @Test
    void disposal_ofTheLastSubreaper_givesUpTheRole() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
        ProcessLauncher plain = ProcessLauncher.create();
        String pid = start(plain, "sleep 0.5 & echo $!");

        assertThat(parentOf(Integer.parseInt(pid)))
                .isNotEqualTo(ProcessHandle.current().pid());

        plain.disposeLater(Duration.ZERO).block(LIMIT);
    }

    /** Starts a shell that leaves a child behind, and returns that. */
    private int orphan(String command) {
        return Integer.parseInt(start(launcher, command + " & echo $!"));
    }

    private static String start(ProcessLauncher launcher, String script) {
        ProcessSpec spec = ProcessSpec.program(Path.of("/bin/sh"))
                .arguments("-c", script.replace(" &", " >/dev/null &"))
                .environment("PATH", "/usr/bin:/bin")
                .stdout(Stdio.pipe())
                .build();
        return Objects.requireNonNull(
                        launcher.capture(spec, CaptureLimits.defaults()).block(LIMIT))
                .stdout()
                .strip();
    }

    private static long parentOf(int pid) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .orElse(0L);
    }

    private static boolean isGoneWithin(int pid, Duration limit) {
        Path proc = Path.of("/proc", Integer.toString(pid));
        long deadline = System.nanoTime() + limit.toNanos();
        while (Files.exists(proc) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
        return !Files.exists(proc);
    }
}
