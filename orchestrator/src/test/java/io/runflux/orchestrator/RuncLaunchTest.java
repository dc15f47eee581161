// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.oci.User;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
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
import java.util.Objects;
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
    void processes_andTop_tellWhatRunsInIt() {
        List<ProcessState> processes =
                orchestrator.processes(ID).collectList().blockOptional(LIMIT).orElseThrow();
        ProcessTable table = orchestrator
                .top(ID, TopOptions.parse("pid,%cpu,args"))
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(processes).first().satisfies(init -> assertThat(init.command())
                .startsWith("/bin/sh", "-c"));
        assertThat(table.headers()).containsExactly("PID", "%CPU", "COMMAND");
        assertThat(table.column("PID")).contains(String.valueOf(processes.get(0).pid()));
    }

    @Test
    void exec_command_isAsTheContainersOwnProcess() {
        ContainerId other = ContainerId.of(ID + "-own");
        Spec spec = SpecDefaults.defaults()
                .generate(directory.resolve("rootfs"), List.of("/bin/sh", "-c", "while :; do sleep 0.1; done"));
        OciProcess own = Objects.requireNonNull(spec.process())
                .withAddedEnv(List.of("A=1", "B=2"))
                .withCwd("/proc")
                .withUser(User.of(7, 8));
        orchestrator
                .launch(LaunchRequest.spec(other, spec.withProcess(own)).withGracePeriod(Duration.ZERO))
                .block(LIMIT);
        List<String> tell = List.of("/bin/sh", "-c", "echo $A $B $PWD $(/bin/busybox id -u):$(/bin/busybox id -g)");

        assertThat(output(ExecRequest.of(other, tell))).isEqualTo("1 2 /proc 7:8\n");
        ExecProcess changed = ExecProcess.Command.of(tell)
                .withAddedEnv(List.of("A=3"))
                .withCwd("/")
                .withUser(User.of(0, 0));
        assertThat(output(ExecRequest.of(other, changed))).isEqualTo("3 2 / 0:0\n");
        assertThat(output(ExecRequest.of(other, OciProcess.of(tell)))).isEqualTo("/ 0:0\n");
    }

    private String output(ExecRequest request) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        orchestrator
                .exec(request.withStreams(ContainerStreams.copyTo(output, output)))
                .block(LIMIT);
        return output.toString(StandardCharsets.UTF_8);
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
