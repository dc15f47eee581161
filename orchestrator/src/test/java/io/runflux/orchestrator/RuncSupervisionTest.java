// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventFilter;
import io.runflux.events.ExitStatus;
import io.runflux.events.HealthStatus;
import io.runflux.events.RuntimeEvent.HealthChanged;
import io.runflux.oci.LinuxConfig;
import io.runflux.oci.Mount;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamOptions;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Containers of runc that are started again, probed, and killed for want of memory. */
@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram("busybox")
class RuncSupervisionTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofMillis(100);
    private static final long MEMORY = 16 << 20;
    private static final ContainerId ID =
            ContainerId.of("rf-supervised-" + ProcessHandle.current().pid());

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    @TempDir
    private Path directory;

    private EmbeddedOrchestrator orchestrator;
    private Path rootfs;
    private ContainerSnapshot before;

    @BeforeEach
    void makeOrchestrator() throws IOException {
        rootfs = RuncRunTest.busyboxRoot(Remains.newDirectory(directory, "rootfs"));
        RuntimeConfig config = RuntimeConfig.builder(RuncRunTest.runc())
                .root(directory.resolve("state"))
                .temporaryDirectory(Remains.newDirectory(directory, "calls"))
                .build();
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> OciRuntimes.runc(shared, config))
                .bundleDirectory(Remains.newDirectory(directory, "bundles"))
                .logs(UpstreamOptions.defaults().withAllowedRoots(directory))
                .build();
        before = orchestrator.snapshot().blockOptional(LIMIT).orElseThrow();
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

    private Spec spec(String script) {
        return SpecDefaults.defaults().generate(rootfs, List.of("/bin/sh", "-c", script));
    }

    private Flux<EventEnvelope> events() {
        return orchestrator.events(before.follow(EventFilter.all()));
    }

    private Flux<String> topics() {
        return events().map(event -> event.topic().path().replace("/tasks/", ""));
    }

    @Test
    void restart_onFailureTwice_livesThreeTimesWithOneLog() {
        StdioUri log = StdioUri.file(directory.resolve("log"));
        LaunchRequest request = LaunchRequest.spec(ID, spec("echo life; exit 3"))
                .withStreams(LaunchStreams.none().withLog(log))
                .withRestart(RestartPolicy.onFailure(2));
        orchestrator.launch(request).block(LIMIT);

        StepVerifier.create(orchestrator
                        .logs(ID, LogsOptions.defaults().withFollow(true))
                        .map(LogRecord::text))
                .expectNext("life\n", "life\n", "life\n")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(topics())
                .expectNext("create", "start", "exit", "restart", "delete")
                .expectNext("create", "start", "exit", "restart", "delete")
                .expectNext("create", "start", "exit")
                .thenCancel()
                .verify(LIMIT);
        ContainerInfo info =
                orchestrator.inspect(ID).blockOptional(LIMIT).orElseThrow().info();
        assertThat(info.exitStatus()).isEqualTo(ExitStatus.exited(3));
        assertThat(info.notes().restarts()).isEqualTo(2);
    }

    /** The directory has the same path on both sides, and is found there also where runc was itself in a chroot. */
    private Spec sharing(Path shared) {
        Spec spec = spec("exec sleep 60");
        List<Mount> mounts = new ArrayList<>(spec.mounts());
        mounts.add(Mount.of(shared.toString(), "bind", shared.toString(), "rbind"));
        return spec.withMounts(mounts);
    }

    @Test
    void health_ofACommand_goesFromHealthyToUnhealthy() {
        Path shared = Remains.newDirectory(directory, "shared");
        String command = "[ ! -e " + shared + "/sick ] || exit 4";
        HealthCheck check = HealthCheck.defaults().withInterval(SOON).withRetries(2);
        LaunchRequest request = LaunchRequest.spec(ID, sharing(shared))
                .withGracePeriod(Duration.ZERO)
                .withHealthCheck(check, ProbeSpec.exec(List.of("/bin/sh", "-c", command)));
        orchestrator.launch(request).block(LIMIT);
        Flux<HealthStatus> changes = events().filter(event -> event.event() instanceof HealthChanged)
                .map(event -> ((HealthChanged) event.event()).status());

        StepVerifier.create(changes)
                .expectNext(HealthStatus.HEALTHY)
                .then(() -> createFile(shared.resolve("sick")))
                .expectNext(HealthStatus.UNHEALTHY)
                .thenCancel()
                .verify(LIMIT);

        ContainerDetails details = orchestrator.inspect(ID).blockOptional(LIMIT).orElseThrow();
        assertThat(Objects.requireNonNull(details.health()).result())
                .extracting(ProbeResult::output)
                .isEqualTo("exit status 4");
    }

    private static void createFile(Path path) {
        try {
            Files.createFile(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void memory_killed_isToldBeforeTheExit() {
        Spec greedy = spec("exec sh -c 'a=x; while :; do a=$a$a; done'");
        LinuxConfig linux = Objects.requireNonNull(greedy.linux())
                .withResources(Map.of("memory", Map.of("limit", MEMORY, "swap", MEMORY)));

        RunReport report = orchestrator
                .run(RunRequest.spec(ID, greedy.withLinux(linux)))
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(report.reason()).isEqualTo(EndReason.MEMORY);
        StepVerifier.create(topics())
                .expectNext("create", "start", "oom", "exit", "delete")
                .thenCancel()
                .verify(LIMIT);
    }
}
