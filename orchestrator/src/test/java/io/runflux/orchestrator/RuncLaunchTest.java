// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram("busybox")
class RuncLaunchTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ContainerId ID =
            ContainerId.of("rf-launch-" + ProcessHandle.current().pid());
    private static final int MANY = 30;

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    @TempDir
    private Path directory;

    private EmbeddedOrchestrator orchestrator;

    @BeforeEach
    void launch() throws IOException {
        Path rootfs = RuncRunTest.busyboxRoot(Remains.newDirectory(directory, "rootfs"));
        RuntimeConfig config = RuntimeConfig.builder(RuncRunTest.runc())
                .root(directory.resolve("state"))
                .temporaryDirectory(Remains.newDirectory(directory, "calls"))
                .build();
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> OciRuntimes.runc(shared, config))
                .bundleDirectory(Remains.newDirectory(directory, "bundles"))
                .build();
        orchestrator
                .launch(LaunchRequest.rootfs(
                        ID, rootfs, List.of("/bin/sh", "-c", "trap 'exit 9' TERM; while :; do sleep 0.1; done")))
                .block(LIMIT);
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

    @Test
    void life_pausedResumedStoppedAndRemoved_isSeenInEachState() {
        orchestrator.pause(ID).block(LIMIT);
        StepVerifier.create(orchestrator.exec(ExecRequest.of(ID, List.of("/bin/true"))))
                .expectErrorMessage("cannot exec in container " + ID + " in state paused: it must be running")
                .verify(LIMIT);
        orchestrator.resume(ID).block(LIMIT);
        assertThat(orchestrator.stats(ID).block(LIMIT)).isNotNull();

        assertThat(orchestrator.stop(ID, StopOptions.defaults()).block(LIMIT)).isEqualTo(ExitStatus.exited(9));

        assertThat(orchestrator
                        .inspect(ID)
                        .blockOptional(LIMIT)
                        .orElseThrow()
                        .info()
                        .status())
                .isEqualTo(ContainerStatus.STOPPED);
        orchestrator.remove(ID, DeleteOptions.defaults()).block(LIMIT);
        assertThat(orchestrator.list().hasElements().block(LIMIT)).isFalse();
    }

    @Test
    void exec_manyAtOnce_eachTellsItsOwnEnd() {
        List<Integer> codes = Flux.range(0, MANY)
                .flatMap(
                        i -> orchestrator
                                .exec(ExecRequest.of(ID, List.of("/bin/sh", "-c", "exit " + i)))
                                .map(report -> report.status().code()),
                        MANY)
                .sort()
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(codes).isEqualTo(Flux.range(0, MANY).collectList().block());
    }

    @Test
    void stop_pausedAndDeaf_isKilled() {
        orchestrator.pause(ID).block(LIMIT);

        assertThat(orchestrator
                        .stop(ID, StopOptions.defaults().withSignal(Signal.HUP).withGracePeriod(Duration.ZERO))
                        .block(LIMIT))
                .isEqualTo(ExitStatus.signaled(Signal.KILL));
    }
}
