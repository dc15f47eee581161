// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.WatchedProcess;
import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.ProgramNotFoundException;
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
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class HostRunTest implements RunContract {
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
                .build();
    }

    @AfterEach
    void disposeOfOrchestrator() {
        orchestrator.disposeLater().block(LIMIT);
    }

    @Override
    public EmbeddedOrchestrator orchestrator() {
        return orchestrator;
    }

    @Override
    public RunRequest request(ContainerId id, String script) {
        return RunRequest.rootfs(id, Path.of("/"), List.of("/bin/sh", "-c", script));
    }

    @Override
    public List<String> left() {
        return Stream.of("bundles", "state")
                .map(directory::resolve)
                .flatMap(Remains::files)
                .toList();
    }

    @Override
    public int manyRuns() {
        return 100;
    }

    @Override
    public int inFlight() {
        return 16;
    }

    @Test
    void run_diesOfASignal_reportsIt() {
        assertThat(await(request(ID, "kill -KILL $$")).status()).isEqualTo(ExitStatus.signaled(Signal.KILL));
        assertThat(left()).isEmpty();
    }

    @Test
    void run_grandchildHoldsTheOutput_reportsTheExitAndWhatWasReadUntilTheDrainTimeout() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        RunRequest request = request(ID, "sleep 2 & echo $!; exit 3")
                .withDrainTimeout(Duration.ofMillis(200))
                .withStreams(ContainerStreams.copyTo(output, output));

        RunReport report = await(request);

        assertThat(report.status()).isEqualTo(ExitStatus.exited(3));
        assertThat(report.isDrained()).isFalse();
        assertThat(output.toString(StandardCharsets.UTF_8)).matches("\\d+\n");
        assertThat(left()).isEmpty();
        reap(Integer.parseInt(output.toString(StandardCharsets.UTF_8).strip()));
    }

    /** Where a test before this one made the JVM a subreaper, the grandchild is ours in the end. */
    private static void reap(int pid) {
        ProcessLauncher launcher = ProcessLauncher.create();
        Mono<Void> end = Mono.usingWhen(
                        launcher.watch(pid), grandchild -> grandchild.exit().then(), WatchedProcess::release)
                .onErrorComplete(ProcessAlreadyExitedException.class);
        end.then(launcher.disposeLater(Duration.ZERO)).block(LIMIT);
    }

    @Test
    void run_noSuchProgram_saysSoAndLeavesNothing() {
        RunRequest request = RunRequest.rootfs(ID, Path.of("/"), List.of("/no/such/program"));

        StepVerifier.create(orchestrator.run(request))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ProgramNotFoundException.class)
                        .hasMessageContaining("/no/such/program"))
                .verify(LIMIT);

        assertThat(left()).isEmpty();
    }

    @Test
    void run_sameIdTwice_oneIsRefusedAndTheOtherUnharmed() {
        Mono<RunReport> first = orchestrator.run(request(ID, "sleep 1; exit 5"));
        Mono<RunReport> second = orchestrator.run(request(ID, "exit 6"));
        Mono<RunReport> secondOnceFirstRuns = orchestrator.events().next().then(second);

        StepVerifier.create(Mono.zip(
                        secondOnceFirstRuns
                                .then(Mono.just("ran"))
                                .onErrorResume(e -> Mono.just(e.getClass().getSimpleName())),
                        first))
                .assertNext(both -> {
                    assertThat(both.getT1()).isEqualTo(ContainerAlreadyExistsException.class.getSimpleName());
                    assertThat(both.getT2().status()).isEqualTo(ExitStatus.exited(5));
                })
                .expectComplete()
                .verify(LIMIT);

        assertThat(left()).isEmpty();
    }
}
