// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RestoreOptions;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** It refuses signals where others deliver them, and it can write images. */
@Tag("once")
@RequiresRoot
@RequiresRuntime("runsc")
@RequiresProgram("busybox")
class RunscLifeTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ContainerId ID =
            ContainerId.of("rf-runsc-" + ProcessHandle.current().pid());
    private static final String HEEDING = "trap 'exit 9' TERM; while :; do sleep 0.1; done";

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    @TempDir
    private Path directory;

    private Path rootfs;
    private EmbeddedOrchestrator orchestrator;

    /** The kernel makes no user namespace for a process whose root is not that of its mount namespace. */
    @BeforeEach
    void open() throws IOException {
        rootfs = RuncRunTest.busyboxRoot(Remains.newDirectory(directory, "rootfs"));
        RuntimeConfig config = RuntimeConfig.builder(Path.of("/usr/bin/runsc"))
                .root(directory.resolve("state"))
                .temporaryDirectory(Remains.newDirectory(directory, "calls"))
                .flags(Map.of("platform", "ptrace", "network", "none"))
                .commandPrefix(List.of("/usr/bin/nsenter", "--mount=/proc/self/ns/mnt", "--"))
                .build();
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> OciRuntimes.runsc(shared, config))
                .bundleDirectory(Remains.newDirectory(directory, "bundles"))
                .build();
    }

    @AfterEach
    void disposeOfAll() {
        orchestrator.disposeLater().then(launcher.disposeLater(Duration.ZERO)).block(LIMIT);
        Stream<String> files =
                Stream.of("bundles", "state", "calls").map(directory::resolve).flatMap(Remains::files);
        assertThat(Stream.of(files, Remains.mounts(directory), Remains.cgroups(ID.value()))
                        .flatMap(found -> found))
                .isEmpty();
    }

    private LaunchRequest request() {
        return LaunchRequest.rootfs(ID, rootfs, List.of("/bin/sh", "-c", HEEDING));
    }

    private ContainerStatus status() {
        return orchestrator
                .inspect(ID)
                .blockOptional(LIMIT)
                .orElseThrow()
                .info()
                .status();
    }

    @Test
    void stop_createdAndNotStarted_isKilledAtOnce() {
        orchestrator.create(request()).block(LIMIT);

        assertThat(orchestrator.stop(ID, StopOptions.defaults()).block(LIMIT))
                .isEqualTo(ExitStatus.signaled(Signal.KILL));

        assertThat(status()).isEqualTo(ContainerStatus.STOPPED);
        orchestrator.remove(ID, DeleteOptions.defaults()).block(LIMIT);
    }

    @Test
    void kill_createdAndNotStarted_endsIt() {
        orchestrator.create(request()).block(LIMIT);

        orchestrator.kill(ID, Signal.KILL, KillOptions.init()).block(LIMIT);

        assertThat(orchestrator.stop(ID, StopOptions.defaults()).block(LIMIT))
                .isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    void stop_paused_isHeeded() {
        orchestrator.launch(request()).block(LIMIT);
        orchestrator.pause(ID).block(LIMIT);

        assertThat(orchestrator.stop(ID, StopOptions.defaults()).block(LIMIT)).isEqualTo(ExitStatus.exited(9));
    }

    @Test
    void restore_checkpointed_goesOn() {
        Path image = directory.resolve("image");
        orchestrator.launch(request()).block(LIMIT);

        orchestrator.checkpoint(ID, CheckpointOptions.to(image)).block(LIMIT);
        orchestrator.stop(ID, StopOptions.defaults()).block(LIMIT);
        orchestrator.remove(ID, DeleteOptions.defaults()).block(LIMIT);
        orchestrator.restore(request(), RestoreOptions.from(image)).block(LIMIT);

        assertThat(status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(orchestrator.stop(ID, StopOptions.defaults()).block(LIMIT)).isEqualTo(ExitStatus.exited(9));
    }

    @Test
    void run_rootOfTheHost_seesItsFilesAndLeavesNothing() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        RunRequest request = RunRequest.rootfs(
                        ID, Path.of("/"), List.of("/bin/busybox", "sh", "-c", "cat /proc/version; cd /usr/bin && pwd"))
                .withStreams(ContainerStreams.copyTo(output, output));

        RunReport report = orchestrator.run(request).blockOptional(LIMIT).orElseThrow();

        assertThat(output.toString(StandardCharsets.UTF_8)).endsWith("\n/usr/bin\n");
        assertThat(report.status()).isEqualTo(ExitStatus.exited(0));
    }
}
