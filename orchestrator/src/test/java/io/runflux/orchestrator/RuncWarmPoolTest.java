// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.metrics.MeterRecorder;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram("busybox")
class RuncWarmPoolTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);
    private static final String PREFIX = "rf-warm-" + ProcessHandle.current().pid();
    private static final int ROUNDS = 5;

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    @TempDir
    private Path directory;

    private Path rootfs;
    private EmbeddedOrchestrator orchestrator;

    @BeforeEach
    void makeOrchestrator() throws IOException {
        rootfs = RuncRunTest.busyboxRoot(Remains.newDirectory(directory, "rootfs"));
        Remains.newDirectory(directory, "calls");
        Remains.newDirectory(directory, "bundles");
        orchestrator = newOrchestrator();
    }

    private EmbeddedOrchestrator newOrchestrator() {
        RuntimeConfig config = RuntimeConfig.builder(RuncRunTest.runc())
                .root(directory.resolve("state"))
                .temporaryDirectory(directory.resolve("calls"))
                .build();
        return Orchestrator.builder()
                .launcher(launcher)
                .runtime(shared -> OciRuntimes.runc(shared, config))
                .bundleDirectory(directory.resolve("bundles"))
                .build();
    }

    @AfterEach
    void disposeOfAll() {
        orchestrator.disposeLater().then(launcher.disposeLater(Duration.ZERO)).block(LIMIT);
        Stream<String> files =
                Stream.of("bundles", "state", "calls").map(directory::resolve).flatMap(Remains::files);
        assertThat(Stream.of(files, Remains.mounts(directory), Remains.cgroups(PREFIX))
                        .flatMap(found -> found))
                .isEmpty();
    }

    private LaunchRequest request(ContainerId id) {
        return LaunchRequest.rootfs(id, rootfs, List.of("/bin/sleep", "60"));
    }

    private static Duration timed(Mono<?> work) {
        long begin = System.nanoTime();
        work.block(LIMIT);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static Duration median(List<Duration> durations) {
        return durations.stream().sorted().toList().get(durations.size() / 2);
    }

    /** The rounds alternate, so that what else the machine does harms both alike. */
    @Test
    void borrow_ready_takesLessThanCreationAndStart(TestReporter reporter) {
        WarmPool pool = WarmPool.of(orchestrator, PREFIX, this::request, WarmPoolOptions.of(1));
        List<Duration> cold = new ArrayList<>();
        List<Duration> warm = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            ContainerId id = ContainerId.of(PREFIX + "-cold-" + round);
            cold.add(timed(orchestrator.launch(request(id))));
            orchestrator.remove(id, BY_FORCE).block(LIMIT);
            pool.warmUp().block(LIMIT);
            Mono<WarmContainer> borrowed = pool.borrow().cache();
            warm.add(timed(borrowed));
            pool.warmUp().then(borrowed).flatMap(WarmContainer::remove).block(LIMIT);
        }
        pool.disposeLater().block(LIMIT);

        double ratio = (double) median(warm).toNanos() / median(cold).toNanos();
        reporter.publishEntry(
                "warm pool",
                "create and start " + median(cold).toMillis() + " ms, start from the pool "
                        + median(warm).toMillis() + " ms, ratio " + ratio);
        assertThat(ratio).isLessThan(1);
    }

    @Test
    void withContainer_exec_worksInAContainerOfTheTemplate() {
        WarmPool pool = WarmPool.of(orchestrator, PREFIX, this::request, WarmPoolOptions.of(1));
        pool.warmUp().block(LIMIT);

        ExecReport report = pool.withContainer(container ->
                        orchestrator.exec(ExecRequest.of(container.id(), List.of("/bin/sh", "-c", "exit 7"))))
                .blockOptional(LIMIT)
                .orElseThrow();
        pool.disposeLater().block(LIMIT);

        assertThat(report.status()).isEqualTo(ExitStatus.exited(7));
        assertThat(orchestrator.list().collectList().block(LIMIT)).isEmpty();
    }

    @Test
    void borrow_readyOneHasDied_getsAnother() {
        WarmPool pool = WarmPool.of(orchestrator, PREFIX, this::request, WarmPoolOptions.of(1));
        pool.warmUp().block(LIMIT);
        ContainerId dead =
                orchestrator.list().next().blockOptional(LIMIT).orElseThrow().id();
        orchestrator.runtime().kill(dead, Signal.KILL, KillOptions.init()).block(LIMIT);
        awaitStopped(dead);

        WarmContainer borrowed = pool.borrow().blockOptional(LIMIT).orElseThrow();

        assertThat(borrowed.id()).isNotEqualTo(dead);
        assertThat(borrowed.info().status()).isEqualTo(ContainerStatus.RUNNING);
        pool.disposeLater().then(borrowed.remove()).block(LIMIT);
        assertThat(orchestrator.list().collectList().block(LIMIT)).isEmpty();
    }

    private void awaitStopped(ContainerId id) {
        orchestrator
                .runtime()
                .state(id)
                .filter(state -> state.status() == ContainerStatus.STOPPED)
                .repeatWhenEmpty(tries -> tries.delayElements(Duration.ofMillis(20)))
                .block(LIMIT);
    }

    /** As after a crash: nobody knows of the container but runc. */
    @Test
    void warmUp_leftoverOfADeadPool_removesIt() throws IOException {
        ResourceOwner self = ResourceOwner.current();
        ResourceOwner dead = new ResourceOwner(self.pid(), self.startTime() - 1, self.pidNamespace(), self.bootId());
        EmbeddedOrchestrator crashed = newOrchestrator();
        ContainerInfo left = new WarmTemplate(
                        crashed,
                        new WarmIds(PREFIX, Mono.just(dead)),
                        this::request,
                        new PoolMeters(PREFIX, MeterRecorder.noOp()))
                .create()
                .blockOptional(LIMIT)
                .orElseThrow();
        WarmPool pool = WarmPool.of(orchestrator, PREFIX, this::request, WarmPoolOptions.of(1));

        pool.warmUp().block(LIMIT);

        assertThat(orchestrator.list().collectList().block(LIMIT))
                .hasSize(1)
                .allMatch(info -> info.status() == ContainerStatus.CREATED)
                .noneMatch(info -> info.id().equals(left.id()));
        pool.disposeLater().then(crashed.disposeLater()).block(LIMIT);
    }
}
