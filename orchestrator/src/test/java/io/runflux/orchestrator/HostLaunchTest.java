// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.runflux.events.ContainerId;
import io.runflux.events.EventFilter;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Real processes that go on by themselves. */
class HostLaunchTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ContainerId ID =
            ContainerId.of("rf-launch-" + ProcessHandle.current().pid());

    @TempDir
    private Path directory;

    private EmbeddedOrchestrator orchestrator;

    @BeforeEach
    void makeOrchestrator() {
        Path bundles = Remains.newDirectory(directory, "bundles");
        HostRuntimeConfig config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        orchestrator = Orchestrator.builder()
                .runtime(launcher -> OciRuntimes.host(launcher, config))
                .bundleDirectory(bundles)
                .logs(UpstreamOptions.defaults().withAllowedRoots(directory))
                .build();
    }

    @AfterEach
    void disposeOfOrchestrator() {
        orchestrator.disposeLater().block(LIMIT);
        assertThat(Stream.of("bundles", "state").map(directory::resolve).flatMap(Remains::files))
                .isEmpty();
    }

    private void launch(String script, LaunchStreams streams) {
        LaunchRequest request = LaunchRequest.rootfs(ID, Path.of("/"), List.of("/bin/sh", "-c", script))
                .withStreams(streams);
        orchestrator.launch(request).block(LIMIT);
    }

    @Test
    void launch_withInputAndALog_isTypedToByWhoAttachesAndFollowedToItsEnd() {
        StdioUri log = StdioUri.file(directory.resolve("log"));
        launch(
                "echo one; read line; echo two $line",
                LaunchStreams.none().withInput(true).withLog(log));
        StepVerifier follower = StepVerifier.create(orchestrator
                        .logs(ID, LogsOptions.defaults().withFollow(true))
                        .map(LogRecord::text))
                .expectNext("one\n", "two three\n")
                .expectComplete()
                .verifyLater();
        ContainerStreams typist = new RelayedStreams(
                ContainerStdio.pipes(),
                process -> process.send(Mono.just(Unpooled.copiedBuffer("three\n", StandardCharsets.UTF_8))));

        orchestrator.attach(ID, typist).block(LIMIT);

        follower.verify(LIMIT);
        assertThat(orchestrator.waitFor(ID).block(LIMIT)).isEqualTo(ExitStatus.exited(0));
    }

    @Test
    void attach_beforeTheStart_getsAllOfTheOutputAndTheStatus() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        orchestrator
                .create(LaunchRequest.rootfs(ID, Path.of("/"), List.of("/bin/sh", "-c", "echo hello; exit 3")))
                .block(LIMIT);
        Mono<ExitStatus> attached =
                orchestrator.attach(ID, ContainerStreams.copyTo(output, new ByteArrayOutputStream()));

        StepVerifier.create(Flux.merge(attached, orchestrator.start(ID).then(Mono.<ExitStatus>empty())))
                .expectNext(ExitStatus.exited(3))
                .expectComplete()
                .verify(LIMIT);

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("hello\n");
    }

    @Test
    void exec_several_runAtOnceBesideTheContainer() {
        launch("exec sleep 60", LaunchStreams.none());
        List<String> command = List.of("/bin/sh", "-c", "sleep 0.1; exit 4");

        List<ExecReport> reports = Flux.range(0, 8)
                .flatMap(i -> orchestrator.exec(ExecRequest.of(ID, command)))
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(reports)
                .extracting(ExecReport::status)
                .containsOnly(ExitStatus.exited(4))
                .hasSize(8);
        orchestrator.remove(ID, DeleteOptions.defaults().withForce(true)).block(LIMIT);
    }

    @Test
    void stop_thenRemove_leavesNothingAndTheEventsFollowTheSnapshot() {
        ContainerSnapshot before = orchestrator.snapshot().blockOptional(LIMIT).orElseThrow();
        launch("exec sleep 60", LaunchStreams.none());

        assertThat(orchestrator.stop(ID, StopOptions.defaults()).block(LIMIT))
                .isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(orchestrator.list().blockFirst(LIMIT))
                .extracting(ContainerInfo::status)
                .isEqualTo(ContainerStatus.STOPPED);
        orchestrator.remove(ID, DeleteOptions.defaults()).block(LIMIT);

        StepVerifier.create(
                        orchestrator.events(before.follow(EventFilter.all())).map(event -> event.topic()
                                .path()))
                .expectNext("/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete")
                .thenCancel()
                .verify(LIMIT);
        assertThat(orchestrator.list().hasElements().block(LIMIT)).isFalse();
    }
}
